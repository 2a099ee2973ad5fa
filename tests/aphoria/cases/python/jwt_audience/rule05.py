# expect: jwt/issuer/verified = false
from jose import jwt
o = {'verify_iss': False}
jwt.decode(t, k, options=o)
