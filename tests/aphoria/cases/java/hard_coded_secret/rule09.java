// expect: secret/hard_coded/encryption_key = true
class A { static final String JWT_SECRET = "9fK2mQx7Zk3QmT7w"; }
