# expect: tls/version/offered = 0.3
import ssl
ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_SSLv3)
