// expect: secret/hard_coded/connection_string = true
class A { String a = "mongodb+srv://app:Zk3QmT7w@cluster0.corp.io/app"; }
