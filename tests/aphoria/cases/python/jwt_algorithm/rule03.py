# expect: nothing
import jwt
# algorithms=['none']
jwt.encode(c, k, algorithm='RS256')
