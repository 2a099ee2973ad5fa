# expect: jwt/algorithm = none
import jwt
jwt.encode(c, '', algorithm='none')
