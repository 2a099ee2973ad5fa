// expect: password_hash/algorithm = sha256
import org.springframework.security.crypto.password.StandardPasswordEncoder;
class A {
  Object a() { return new StandardPasswordEncoder(); }
}
