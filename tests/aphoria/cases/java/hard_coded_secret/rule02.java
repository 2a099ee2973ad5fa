// expect: nothing
class A { String apiKey = config.get("apiKey"); }
