# expect: nothing
from pydantic import BaseSettings, SecretStr


class Settings(BaseSettings):
    app_name: str = "orders"
    jwt_secret_key: SecretStr
    access_token_url: str = "/oauth/token"
    token_type: str = "bearer"
    password_min_length: int = 12

    class Config:
        env_file = ".env"
