# expect: nothing
import os


def keep(path):
    os.chmod(path, 0o640 & 0o700)
