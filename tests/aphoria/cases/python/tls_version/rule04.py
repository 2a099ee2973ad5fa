# expect: nothing
import ssl
c = ssl.create_default_context()
c.maximum_version = ssl.TLSVersion.TLSv1_3
