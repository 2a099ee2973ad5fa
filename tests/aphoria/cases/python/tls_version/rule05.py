# expect: tls/version/offered = 1
import ssl
ssl.SSLContext(ssl.PROTOCOL_TLSv1)
