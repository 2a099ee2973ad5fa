import hashlib
import os


def digest(data):
    return hashlib.new(os.getenv("DIGEST_NAME"), data).hexdigest()
