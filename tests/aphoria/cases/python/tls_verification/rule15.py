# expect: nothing
import ssl
def f(c, check):
    c.check_hostname = check
