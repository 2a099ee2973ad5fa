import jwt

from web.config import ProductionConfig


def read(token, key):
    return jwt.decode(token, key, algorithms=["RS256"], options={"verify_signature": ProductionConfig.CHECK_TOKENS})
