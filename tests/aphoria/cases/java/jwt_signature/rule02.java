// expect: nothing
import io.jsonwebtoken.*;
class A {
  void a(String t) { Jwts.parser().setSigningKey(k).parseClaimsJws(t); }
}
