# expect: nothing
text = 'hashlib.scrypt(n=2)'
