# expect: secret/hard_coded/url_credentials = true
URL = "https://deploy:Zk3QmT7w@repo.corp.io/x"
