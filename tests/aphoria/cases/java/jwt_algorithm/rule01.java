// expect: jwt/algorithm = none
import io.jsonwebtoken.*;
class A {
  void a() { Jwts.builder().signWith(SignatureAlgorithm.NONE, k); }
}
