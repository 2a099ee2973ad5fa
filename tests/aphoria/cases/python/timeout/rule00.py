# expect: timeout/present = false
import requests
requests.get('https://a.corp.io')
