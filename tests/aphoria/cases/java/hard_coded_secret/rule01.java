// expect: secret/hard_coded/token = true
class A { static final String CLIENT_SECRET = "9fK2mQx7Zk3QmT7wXb2LcR5v"; }
