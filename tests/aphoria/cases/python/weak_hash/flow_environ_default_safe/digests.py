import hashlib
import settings


def digest(data):
    return hashlib.new(settings.DIGEST, data).hexdigest()
