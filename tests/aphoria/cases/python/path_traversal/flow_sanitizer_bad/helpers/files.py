import os


def safe_name(name):
    return name.strip()
