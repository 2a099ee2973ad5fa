from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    check_peer: bool = False
    name: str = "core"


settings = Settings()
