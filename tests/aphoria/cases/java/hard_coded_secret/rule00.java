// expect: secret/hard_coded/token = true
class A { String apiKey = "9fK2mQx7Zk3QmT7wXb2LcR5v"; }
