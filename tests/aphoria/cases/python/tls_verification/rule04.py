# expect: tls/cert_verification/enabled = false
import httpx
httpx.Client(verify=False)
