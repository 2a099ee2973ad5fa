# expect: jwt/signature/verified = false
import jwt
jwt.decode(t, options={'verify_signature': False})
