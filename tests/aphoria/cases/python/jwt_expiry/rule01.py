# expect: jwt/expiry/verified = false
from jose import jwt
o = {'verify_exp': False}
jwt.decode(t, k, options=o)
