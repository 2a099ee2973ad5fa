// expect: nothing
class A { String a = "redis://cache.corp.io:6379"; }
