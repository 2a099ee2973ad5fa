# expect: nothing
import jwt
jwt.decode(t, k, algorithms=['HS256'])
