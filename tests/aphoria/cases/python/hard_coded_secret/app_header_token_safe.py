# expect: nothing
import os

import requests

API = "https://api.github.com"
TOKEN_HELP = "make one at https://github.com/settings/tokens (ghp_...)"


def issues(repo):
    token = os.environ["GITHUB_TOKEN"]
    return requests.get(f"{API}/repos/{repo}/issues", headers={"Authorization": f"token {token}"}, timeout=10).json()
