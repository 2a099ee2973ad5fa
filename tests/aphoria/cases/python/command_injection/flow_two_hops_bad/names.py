import shlex


def quoted(name):
    return shlex.quote(name)
