# expect: nothing
import ssl
c = ssl.create_default_context()
c.check_hostname = True
# c.check_hostname = False
