from flask import request


def value_of(name, default=""):
    return request.args.get(name, default)
