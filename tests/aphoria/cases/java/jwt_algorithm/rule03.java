// expect: nothing
import io.jsonwebtoken.*;
class A {
  void a() { Jwts.builder().signWith(SignatureAlgorithm.RS256, k); list.stream().none(); }
}
