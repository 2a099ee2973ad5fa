class Config:
    NAME = "web"
    CHECK_TOKENS = True


class ProductionConfig(Config):
    CHECK_TOKENS = True
