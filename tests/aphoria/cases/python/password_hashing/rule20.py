# expect: password_hash/pbkdf2/sha256/iterations = 2000
import hashlib
N = 2000
hashlib.pbkdf2_hmac(hash_name='sha256', password=p, salt=s, iterations=N)
