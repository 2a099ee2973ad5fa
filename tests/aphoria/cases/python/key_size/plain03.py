# expect: nothing
from cryptography.hazmat.primitives.asymmetric import rsa


def make(bits=3072):
    return rsa.generate_private_key(65537, key_size=bits)
