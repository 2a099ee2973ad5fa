# expect: tls/hostname_verification/enabled = false
import ssl
c = ssl.create_default_context()
c.check_hostname = False
