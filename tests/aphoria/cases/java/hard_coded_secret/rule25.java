// expect: secret/hard_coded/url_credentials = true
class A { String a = "ftp://deploy:Zk3QmT7w@files.corp.io/x"; }
