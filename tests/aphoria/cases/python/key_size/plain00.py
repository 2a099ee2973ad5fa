# expect: key/rsa/bits = 1024
from cryptography.hazmat.primitives.asymmetric import rsa


def make(bits=1024):
    return rsa.generate_private_key(65537, bits)
