// expect: nothing
import java.security.KeyPairGenerator;
public class KeySizePlain02 {
    // was: maker.initialize(1024)
    static final int BITS = 1024 * 3;

    public Object run() throws Exception {
        KeyPairGenerator maker = KeyPairGenerator.getInstance("RSA");
        maker.initialize(BITS);
        return maker.generateKeyPair();
    }
}
