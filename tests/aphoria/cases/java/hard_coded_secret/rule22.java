// expect: nothing
class A { String a = System.getenv("GITHUB_TOKEN"); }
