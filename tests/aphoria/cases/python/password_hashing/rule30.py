# expect: password_hash/scrypt/cost = 16384
import hashlib
hashlib.scrypt(p, salt=s, n=16384, r=8, p=1)
