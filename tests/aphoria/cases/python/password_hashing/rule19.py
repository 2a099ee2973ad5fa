# expect: password_hash/pbkdf2/sha256/iterations = 1000
import hashlib
hashlib.pbkdf2_hmac('sha256', p, s, 1000)
