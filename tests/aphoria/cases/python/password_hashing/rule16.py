# expect: nothing
import hashlib
hashlib.pbkdf2_hmac('sha1', p, s, 2000000)
