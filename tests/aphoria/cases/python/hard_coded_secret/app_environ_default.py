# expect: secret/hard_coded/encryption_key = true
import os

from fastapi import FastAPI

JWT_SECRET = os.environ.get("JWT_SECRET", "b6Xv0qT2nKz9LwPr")
ALGORITHM = "HS256"
app = FastAPI()
