// expect: tls/cipher/component = rc4
class A {
  void a(javax.net.ssl.SSLSocket s) { s.setEnabledCipherSuites(new String[] {"SSL_RSA_WITH_RC4_128_SHA"}); }
}
