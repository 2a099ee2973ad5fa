// expect: nothing
class A {
  void a(java.net.HttpURLConnection c) { c.setConnectTimeout(5000); /* c.setConnectTimeout(0); */ }
}
