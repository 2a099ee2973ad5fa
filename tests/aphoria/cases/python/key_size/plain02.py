# expect: nothing
from Crypto.PublicKey import RSA

# not RSA.generate(1024)
key = RSA.generate(1024 * 4)
