# expect: nothing
from Crypto.Cipher import AES


def seal(key, nonce, data):
    return AES.new(key, AES.MODE_GCM, nonce).encrypt_and_digest(data)
