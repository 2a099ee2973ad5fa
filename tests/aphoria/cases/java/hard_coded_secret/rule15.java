// expect: nothing
class A { void a(String p) throws Exception { java.sql.DriverManager.getConnection("jdbc:x", "app", p); } }
