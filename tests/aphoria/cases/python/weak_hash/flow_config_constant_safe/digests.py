import hashlib

from config import ALGORITHM


def digest(data):
    return hashlib.new(ALGORITHM, data).hexdigest()
