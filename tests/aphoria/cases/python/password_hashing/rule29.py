# expect: password_hash/scrypt/cost = 1024
import hashlib
hashlib.scrypt(p, salt=s, n=1024, r=8, p=1)
