# expect: tls/cert_verification/enabled = false
import requests
s = requests.Session()
s.verify = False
