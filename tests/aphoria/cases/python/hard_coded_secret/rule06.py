# expect: nothing
URL = f"postgresql://{user}:{password}@{host}/app"
