// expect: password_hash/algorithm = plain
import org.springframework.security.crypto.password.NoOpPasswordEncoder;
class A {
  Object a() { return NoOpPasswordEncoder.getInstance(); }
}
