// expect: log/secret = true
class A {
  void a(String t, String apiKey) { log.debug("key {} {}", t, apiKey); }
}
