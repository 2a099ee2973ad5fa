// expect: key/rsa/bits = 1024
import java.security.KeyPairGenerator;
public class KeySizePlain00 {
    static final int BITS = 512 * 2;

    public Object run(String given) throws Exception {
        KeyPairGenerator maker = KeyPairGenerator.getInstance("RSA");
        maker.initialize(BITS);
        return maker.generateKeyPair();
    }
}
