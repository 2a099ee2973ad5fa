# expect: file/permissions = world_writable
import os

MODE = 0o777


def share(path):
    os.chmod(path, MODE)
