// expect: jwt/signature/verified = false
import io.jsonwebtoken.*;
class A {
  void a(String t) { Jwts.parser().setSigningKey(k).parseClaimsJwt(t); }
}
