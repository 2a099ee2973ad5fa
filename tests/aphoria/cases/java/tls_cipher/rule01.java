// expect: tls/cipher/component = anon
class A {
  void a(javax.net.ssl.SSLSocket s) { s.setEnabledCipherSuites(new String[] {"TLS_ECDH_anon_WITH_AES_128_CBC_SHA"}); }
}
