// expect: tls/hostname_verification/enabled = false
class A {
  void a(javax.net.ssl.HttpsURLConnection c) { c.setHostnameVerifier((h, s) -> true); }
}
