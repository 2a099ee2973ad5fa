// expect: nothing
class A { String a = "https://a.corp.io:8443/x@y"; }
