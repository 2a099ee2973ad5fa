// expect: nothing
import com.auth0.jwt.*;
import com.auth0.jwt.algorithms.Algorithm;
class A {
  void a(String k) { JWT.require(Algorithm.HMAC256(k)); /* Algorithm.none() */ }
}
