# expect: secret/hard_coded/url_credentials = true
INDEX = "https://ci:9fK2mQx7@pypi.corp.io/simple"
