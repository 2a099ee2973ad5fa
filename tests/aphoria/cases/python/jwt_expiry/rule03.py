# expect: nothing
import jwt
# verify_exp: False
jwt.decode(t, k, algorithms=['RS256'])
