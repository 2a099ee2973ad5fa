// expect: log/secret = true
class A {
  void a(String password) { logger.info("login {}", password); }
}
