# expect: nothing
import hashlib
def f(n):
    # hashlib.pbkdf2_hmac('sha512', p, s, 1000)
    return hashlib.pbkdf2_hmac('sha512', p, s, n)
