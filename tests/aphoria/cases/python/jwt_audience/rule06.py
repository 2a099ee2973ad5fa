# expect: nothing
import jwt
jwt.decode(t, k, algorithms=['RS256'], options={'verify_iss': True})
