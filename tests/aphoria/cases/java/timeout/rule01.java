// expect: timeout/seconds = 0
class A {
  void a(java.net.Socket s) throws Exception { s.setSoTimeout(0); }
}
