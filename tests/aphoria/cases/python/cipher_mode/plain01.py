# expect: nothing
from Crypto.Cipher import AES


def seal(key, iv, data):
    return AES.new(key, AES.MODE_CBC, iv).encrypt(data)
