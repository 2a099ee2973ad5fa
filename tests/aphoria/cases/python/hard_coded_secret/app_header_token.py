# expect: secret/hard_coded/token = true
import requests

API = "https://api.github.com"


def issues(repo):
    return requests.get(
        f"{API}/repos/{repo}/issues",
        headers={"Authorization": "token ghp_r4T8wQ2mZx7Lk9VbN1cH5sYd3Gf6Ja0PeUiO"},
        timeout=10,
    ).json()
