# expect: nothing
import ssl
ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
