# expect: nothing
import jwt
def a(key):
    return jwt.encode({"a": 1}, key, algorithm="HS256")
