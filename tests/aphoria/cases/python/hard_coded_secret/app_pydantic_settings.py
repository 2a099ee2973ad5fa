# expect: secret/hard_coded/encryption_key = true
from pydantic import BaseSettings


class Settings(BaseSettings):
    app_name: str = "orders"
    jwt_secret_key: str = "kP7wQz2Xv9Lr4TnB"
    access_token_expire_minutes: int = 30

    class Config:
        env_file = ".env"


settings = Settings()
