import requests


class Fetcher:
    def __init__(self, base):
        self.base = base

    def get(self, path):
        return requests.get(path, timeout=5).text
