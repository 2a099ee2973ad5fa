# expect: jwt/issuer/verified = false
import jwt
jwt.decode(t, k, algorithms=['RS256'], options={'verify_iss': False})
