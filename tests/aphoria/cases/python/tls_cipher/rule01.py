# expect: tls/cipher/component = anon
import ssl
c = ssl.create_default_context()
c.set_ciphers('HIGH:ADH-AES256-SHA')
