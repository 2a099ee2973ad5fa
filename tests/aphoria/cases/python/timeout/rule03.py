# expect: nothing
import requests
requests.get('https://a.corp.io', **options)
