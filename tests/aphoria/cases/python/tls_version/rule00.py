# expect: tls/version/minimum = 1
import ssl
c = ssl.create_default_context()
c.minimum_version = ssl.TLSVersion.TLSv1
