# expect: nothing
import hashlib
hashlib.pbkdf2_hmac('md5', p, s, 1000)
