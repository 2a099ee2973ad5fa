# expect: nothing
import ssl
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# ssl.SSLContext(ssl.PROTOCOL_TLSv1)
