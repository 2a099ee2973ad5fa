# expect: tls/cert_verification/enabled = false
import urllib3, ssl
http = urllib3.PoolManager(cert_reqs=ssl.CERT_NONE)
