// expect: tls/cert_verification/enabled = false
class A {
  public void checkServerTrusted(X509Certificate[] chain, String type) {}
}
