// expect: nothing
class A { String a = "-----BEGIN PRIVATE KEY-----\n" + body; }
