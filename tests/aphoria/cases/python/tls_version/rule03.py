# expect: nothing
import ssl
def f(c, v):
    # c.minimum_version = ssl.TLSVersion.TLSv1
    c.minimum_version = v
