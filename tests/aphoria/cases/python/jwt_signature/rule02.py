# expect: jwt/signature/verified = false
from jose import jwt
OPTIONS = {'verify_signature': False}
jwt.decode(t, k, options=OPTIONS)
