# expect: secret/hard_coded/token = true
Client(client_secret="9fK2mQx7Zk3QmT7wXb2LcR5v")
