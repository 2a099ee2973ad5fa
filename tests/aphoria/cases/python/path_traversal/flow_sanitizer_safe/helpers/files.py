import os


def safe_name(name):
    return os.path.basename(name)
