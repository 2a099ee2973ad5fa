// expect: secret/hard_coded/connection_string = true
class A { String a = "jdbc:mysql://db.corp.io/app?user=app&password=Zk3QmT7w"; }
