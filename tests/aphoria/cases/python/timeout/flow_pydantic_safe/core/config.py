from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    check_peer: bool = True
    name: str = "core"


settings = Settings()
