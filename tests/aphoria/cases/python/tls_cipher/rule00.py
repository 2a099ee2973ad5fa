# expect: tls/cipher/component = rc4
import ssl
c = ssl.create_default_context()
c.set_ciphers('RC4-SHA')
