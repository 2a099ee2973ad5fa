# expect: secret/hard_coded/connection_string = true
URL = "postgresql://app:Zk3QmT7w@db.corp.io:5432/app"
