# expect: nothing
import ssl
# c.set_ciphers('RC4-SHA')
name = 'RC4-SHA'
