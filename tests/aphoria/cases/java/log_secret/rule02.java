// expect: nothing
class A {
  void a(String password) { logger.info("password changed"); // logger.info(password)
  }
}
