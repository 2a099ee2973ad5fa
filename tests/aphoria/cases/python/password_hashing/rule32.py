# expect: nothing
import hashlib
# hashlib.scrypt(p, n=1024)
hashlib.scrypt(p, salt=s, n=n, r=8, p=1)
