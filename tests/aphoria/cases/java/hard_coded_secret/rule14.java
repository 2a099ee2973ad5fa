// expect: nothing
class A { String password = System.getenv("DB_PASSWORD"); String PASSWORD = "password"; String passwordKey = "db.password"; }
