# expect: nothing
import hashlib


def etag(data):
    """hashlib.md5(data) without the flag fails where FIPS is on."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
