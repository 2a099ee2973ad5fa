// expect: secret/hard_coded/password = true
class A { void a() throws Exception { java.sql.DriverManager.getConnection("jdbc:x", "app", "Zk3QmT7w"); } }
