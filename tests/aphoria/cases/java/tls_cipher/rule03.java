// expect: nothing
class A {
  String a = "SSL_RSA_WITH_RC4_128_SHA"; // setEnabledCipherSuites
}
