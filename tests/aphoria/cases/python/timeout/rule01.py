# expect: timeout/present = false
import httpx
httpx.get('https://a.corp.io', timeout=None)
