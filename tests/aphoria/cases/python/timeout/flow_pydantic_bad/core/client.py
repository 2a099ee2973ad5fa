import httpx

from core.config import settings


def client():
    return httpx.Client(verify=settings.check_peer, timeout=5)
