# expect: jwt/expiry/verified = false
import jwt
jwt.decode(t, k, algorithms=['RS256'], options={'verify_exp': False})
