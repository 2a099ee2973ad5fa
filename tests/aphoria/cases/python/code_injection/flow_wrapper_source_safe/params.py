from flask import request


def value_of(name, default=""):
    return default or "1 + 1"
