# expect: secret/hard_coded/encryption_key = true; secret/hard_coded/password = true
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "django-insecure-4$k2z!p8w_x7v#m1qe9&tj0r+b5n3h6c@yfu"
DEBUG = False
ALLOWED_HOSTS = ["shop.internal"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": "Gk3pZx81Lm!",
        "HOST": "db.internal",
        "PORT": "5432",
    }
}
