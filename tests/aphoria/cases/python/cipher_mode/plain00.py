# expect: cipher/mode = ecb
from Crypto.Cipher import AES

MODE = AES.MODE_ECB


def seal(key, data):
    return AES.new(key, MODE).encrypt(data)
