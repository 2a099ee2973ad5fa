// expect: nothing
class A {
  // parseClaimsJwt(t)
  void a(String t) { verifier.verify(t); }
}
