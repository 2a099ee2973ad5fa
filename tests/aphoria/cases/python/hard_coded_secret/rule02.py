# expect: nothing
API_KEY = os.getenv("API_KEY")
api_key = "your-api-key-123456789"
ACCESS_TOKEN = "access_token"
