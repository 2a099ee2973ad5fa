# expect: password_hash/pbkdf2/sha1/iterations = 2000
import hashlib
N = 2000
hashlib.pbkdf2_hmac(hash_name='sha1', password=p, salt=s, iterations=N)
