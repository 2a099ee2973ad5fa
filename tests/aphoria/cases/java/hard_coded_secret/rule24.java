// expect: secret/hard_coded/url_credentials = true
class A { String a = "https://deploy:Zk3QmT7w@repo.corp.io/x"; }
