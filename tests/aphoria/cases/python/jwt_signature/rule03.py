# expect: nothing
import jwt
jwt.decode(t, k, algorithms=['HS256'])
# jwt.decode(t, verify=False)
