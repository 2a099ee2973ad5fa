// expect: password_hash/bcrypt/cost = 6
import org.mindrot.jbcrypt.BCrypt;
class A {
  String a() { return BCrypt.gensalt(6); }
}
