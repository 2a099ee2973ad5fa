# expect: jwt/algorithm = none
import jwt
jwt.decode(t, k, algorithms=['HS256', 'none'])
