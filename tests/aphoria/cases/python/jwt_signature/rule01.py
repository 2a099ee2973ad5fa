# expect: jwt/signature/verified = false
import jwt
jwt.decode(t, k, verify=False)
