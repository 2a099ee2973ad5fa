# expect: nothing
CORS_ALLOW_ALL_ORIGINS = False
text = "CORS(app, origins='*')"
