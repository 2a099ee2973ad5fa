// expect: nothing
class A {
  void a(javax.net.ssl.SSLSocket s) { s.setEnabledCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"}); }
}
