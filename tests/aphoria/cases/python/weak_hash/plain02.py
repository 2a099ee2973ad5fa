# expect: hash/algorithm = md5
from cryptography.hazmat.primitives import hashes


def digest(data):
    made = hashes.Hash(hashes.MD5())
    made.update(data)
    return made.finalize()
