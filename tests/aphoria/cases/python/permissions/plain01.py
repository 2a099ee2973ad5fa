# expect: file/permissions = world_writable
import pathlib


def share(name):
    pathlib.Path("out", name).chmod(0o666)
