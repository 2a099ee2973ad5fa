// expect: nothing
class A { String a = "sk_live_" + id; }
