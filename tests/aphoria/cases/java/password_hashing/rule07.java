// expect: nothing
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
class A {
  Object a(int n) { return new BCryptPasswordEncoder(n); }
}
