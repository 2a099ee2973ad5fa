# expect: nothing
import urllib3, ssl
http = urllib3.PoolManager(cert_reqs='CERT_REQUIRED')
token.verify = False
