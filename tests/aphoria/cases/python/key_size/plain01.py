# expect: key/rsa/bits = 1024
from Crypto.PublicKey import RSA

key = RSA.generate(512 * 2)
