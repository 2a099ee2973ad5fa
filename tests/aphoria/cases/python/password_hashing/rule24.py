# expect: password_hash/pbkdf2/sha512/iterations = 1000
import hashlib
hashlib.pbkdf2_hmac('sha512', p, s, 1000)
