# expect: nothing
url = f"https://{user}:{pw}@repo.corp.io/x"
