// expect: secret/hard_coded/encryption_key = true
import com.auth0.jwt.algorithms.Algorithm;
class A { Algorithm a = Algorithm.HMAC256("secret"); }
