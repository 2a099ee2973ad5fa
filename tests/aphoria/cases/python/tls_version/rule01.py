# expect: tls/version/minimum = 1.1
import ssl
from ssl import TLSVersion
c = ssl.create_default_context()
c.minimum_version = TLSVersion.TLSv1_1
