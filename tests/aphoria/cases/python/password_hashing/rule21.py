# expect: nothing
import hashlib
hashlib.pbkdf2_hmac('sha256', p, s, 2000000)
