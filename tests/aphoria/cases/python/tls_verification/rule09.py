# expect: nothing
import httpx
httpx.Client(verify=True)
# httpx.Client(verify=False)
