// expect: nothing
class A {
  // public void checkServerTrusted(X509Certificate[] chain, String type) {}
  void a(java.io.File f) throws Exception { new SSLContextBuilder().loadTrustMaterial(f, null); }
}
