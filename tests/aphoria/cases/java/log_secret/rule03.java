// expect: nothing
class A {
  void a(String password) { logger.info("length {}", password.length()); }
}
