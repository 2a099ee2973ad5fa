// expect: nothing
class A {
  Object a() { return new Argon2PasswordEncoder(16, 32, 1, 19456, 2); }
}
