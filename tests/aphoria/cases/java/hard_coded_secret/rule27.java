// expect: nothing
class A { String a = "https://" + u + ":" + p + "@a.corp.io"; }
