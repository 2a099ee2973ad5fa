// expect: cipher/mode = ecb
import javax.crypto.Cipher;
public class CipherModePlain01 {
    public Object run(String given) throws Exception {
        return Cipher.getInstance(String.valueOf("AES"));
    }
}
