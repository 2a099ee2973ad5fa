import os

DIGEST = os.environ.get("APP_DIGEST", "sha1")
