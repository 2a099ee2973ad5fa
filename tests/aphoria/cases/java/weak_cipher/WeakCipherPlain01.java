// expect: cipher/algorithm = 3des
import javax.crypto.KeyGenerator;
public class WeakCipherPlain01 {
    private static String pick() {
        return "DESede";
    }

    public Object run(String given) throws Exception {
        KeyGenerator keys = KeyGenerator.getInstance(pick());
        return keys;
    }
}
