# expect: nothing
import hashlib


def digest(data):
    names = {"old": "md5", "new": "sha256"}
    return hashlib.new(names["new"], data).digest()
