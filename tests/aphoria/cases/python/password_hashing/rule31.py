# expect: nothing
import hashlib
hashlib.scrypt(p, salt=s, n=131072, r=8, p=1)
