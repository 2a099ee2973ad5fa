// expect: tls/version/offered = 0.3
class A {
  void a(javax.net.ssl.SSLSocket s) { s.setEnabledProtocols(new String[] {"SSLv3"}); }
}
