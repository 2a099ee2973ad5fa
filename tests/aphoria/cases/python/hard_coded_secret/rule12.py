# expect: secret/hard_coded/password = true
db.connect(host="a", password="Zk3QmT7w")
