# expect: hash/algorithm = md5
import hashlib

NAME = "m" + "d5"


def digest(data):
    return hashlib.new(NAME, data).hexdigest()
