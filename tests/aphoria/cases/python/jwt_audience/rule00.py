# expect: jwt/audience/verified = false
import jwt
jwt.decode(t, k, algorithms=['RS256'], options={'verify_aud': False})
