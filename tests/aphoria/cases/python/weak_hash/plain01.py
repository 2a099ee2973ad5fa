# expect: hash/algorithm = sha1
from hashlib import sha1 as short


def digest(data):
    made = short()
    made.update(data)
    return made.digest()
