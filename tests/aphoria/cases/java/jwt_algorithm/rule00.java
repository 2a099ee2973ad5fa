// expect: jwt/algorithm = none
import com.auth0.jwt.*;
import com.auth0.jwt.algorithms.Algorithm;
class A {
  void a() { JWT.require(Algorithm.none()); }
}
