# expect: secret/hard_coded/encryption_key = true
import jwt
jwt.encode({"a": 1}, "secret", algorithm="HS256")
