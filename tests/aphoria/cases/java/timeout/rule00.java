// expect: timeout/seconds = 0
class A {
  void a(java.net.HttpURLConnection c) { c.setConnectTimeout(0); }
}
