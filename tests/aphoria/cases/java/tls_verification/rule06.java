// expect: nothing
class A {
  void a(javax.net.ssl.HttpsURLConnection c) { c.setHostnameVerifier((h, s) -> check(h, s)); }
}
