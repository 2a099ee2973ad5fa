from shellutil import run_line
from names import quoted


def convert(name):
    return run_line("convert " + quoted(name) + " out.png")
