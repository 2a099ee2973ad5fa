# expect: nothing
import jwt
# verify_iss: False
jwt.decode(t, k, algorithms=['RS256'])
