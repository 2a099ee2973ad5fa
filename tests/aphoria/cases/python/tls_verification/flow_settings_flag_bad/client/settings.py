BASE_URL = "https://api.example.com"
VERIFY = False
