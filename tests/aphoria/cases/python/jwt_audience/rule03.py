# expect: nothing
import jwt
# verify_aud: False
jwt.decode(t, k, algorithms=['RS256'])
