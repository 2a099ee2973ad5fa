# expect: nothing
import os
password = os.environ["DB_PASSWORD"]
PASSWORD = "password"
password_field = "Password: "
