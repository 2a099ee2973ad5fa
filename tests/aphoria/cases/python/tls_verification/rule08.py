# expect: tls/cert_verification/enabled = false
import aiohttp
c = aiohttp.TCPConnector(ssl=False)
