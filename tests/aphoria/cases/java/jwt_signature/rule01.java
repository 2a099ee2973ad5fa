// expect: jwt/signature/verified = false
import com.auth0.jwt.JWT;
class A {
  Object a(String t) { return JWT.decode(t); }
}
