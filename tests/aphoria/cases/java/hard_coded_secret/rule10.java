// expect: nothing
import com.auth0.jwt.algorithms.Algorithm;
class A { Algorithm a(String k) { return Algorithm.HMAC256(k); } }
