import requests
from django.conf import settings


def fetch(path):
    return requests.get("https://up.example.com" + path, verify=settings.UPSTREAM_VERIFY, timeout=3)
