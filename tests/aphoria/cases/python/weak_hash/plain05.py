# expect: nothing
import hashlib


def digest(data):
    name = "md5"
    name = "sha384"
    return hashlib.new(name, data).digest()
