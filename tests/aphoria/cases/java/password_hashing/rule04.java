// expect: password_hash/bcrypt/cost = 4
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
class A {
  Object a() { return new BCryptPasswordEncoder(4); }
}
