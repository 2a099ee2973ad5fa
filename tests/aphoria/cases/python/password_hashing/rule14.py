# expect: password_hash/pbkdf2/sha1/iterations = 1000
import hashlib
hashlib.pbkdf2_hmac('sha1', p, s, 1000)
