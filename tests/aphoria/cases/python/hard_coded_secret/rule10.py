# expect: nothing
import os
SECRET_KEY = os.environ["SECRET_KEY"]
secret_key = "your-secret-key"
