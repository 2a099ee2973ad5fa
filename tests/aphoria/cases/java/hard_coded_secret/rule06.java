// expect: nothing
class A { String a = "jdbc:mysql://db.corp.io/app?password=" + password; }
