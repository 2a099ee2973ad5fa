# expect: nothing
import ssl
c = ssl.create_default_context()
c.set_ciphers('ECDHE+AESGCM:!aNULL:!RC4:!3DES')
