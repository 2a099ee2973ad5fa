# expect: nothing
access_token = "https://auth.corp.io/v2/token1"
