# expect: secret/hard_coded/encryption_key = true
SECRET_KEY = "9fK2mQx7Zk3QmT7wXb2LcR5v"
