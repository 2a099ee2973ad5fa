# expect: jwt/audience/verified = false
from jose import jwt
o = {'verify_aud': False}
jwt.decode(t, k, options=o)
