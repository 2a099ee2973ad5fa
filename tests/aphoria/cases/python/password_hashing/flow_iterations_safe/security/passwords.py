import hashlib

from security.limits import ITERATIONS


def hashed(password, salt):
    return hashlib.pbkdf2_hmac("sha256", password, salt, ITERATIONS)
