# expect: nothing
import requests
requests.get('https://a.corp.io', timeout=5)
# requests.get('https://a.corp.io')
