# expect: secret/hard_coded/token = true
API_KEY = "9fK2mQx7Zk3QmT7wXb2LcR5v"
