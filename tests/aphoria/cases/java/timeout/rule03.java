// expect: nothing
class A {
  void a(java.net.HttpURLConnection c, int t) { c.setReadTimeout(t); }
}
