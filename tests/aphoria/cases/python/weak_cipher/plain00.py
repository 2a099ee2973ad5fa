# expect: cipher/algorithm = des
from Crypto.Cipher import DES


def seal(key, iv, data):
    return DES.new(key, DES.MODE_CBC, iv).encrypt(data)
