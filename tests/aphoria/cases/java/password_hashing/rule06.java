// expect: nothing
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
class A {
  Object a() { return new BCryptPasswordEncoder(); /* new BCryptPasswordEncoder(4) */ }
}
