import requests

from client import settings


def fetch(path):
    return requests.get(settings.BASE_URL + path, verify=settings.VERIFY, timeout=5)
