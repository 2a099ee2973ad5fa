import requests


class Fetcher:
    def __init__(self, base):
        self.base = base

    def get(self, path):
        return requests.get("https://api.example.com/items", params={"q": path}, timeout=5).text
