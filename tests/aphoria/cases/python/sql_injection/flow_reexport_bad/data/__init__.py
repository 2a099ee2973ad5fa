from .queries import run
