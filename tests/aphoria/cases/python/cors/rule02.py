# expect: cors/allow_origin = *
CORS_ALLOW_ALL_ORIGINS = True
