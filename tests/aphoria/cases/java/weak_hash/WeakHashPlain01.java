// expect: hash/algorithm = sha1
import java.security.MessageDigest;
public class WeakHashPlain01 {
    private static final String NAME = "SHA-1";
    public Object run(String given) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(NAME, "SUN");
        return digest;
    }
}
