# expect: nothing
import hashlib
hashlib.pbkdf2_hmac('sha512', p, s, 2000000)
