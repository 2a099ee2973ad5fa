from urllib.parse import urlparse

HOSTS = {"shop.example.com"}


def local(target):
    if len(target) < 2000:
        return target
    return "/"
