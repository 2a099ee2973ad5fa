// expect: cipher/mode = ecb
public class CipherModePlain00 {
    public Object run(String given) throws Exception {
        String mode = "ECB";
        return javax.crypto.Cipher.getInstance("AES/" + mode + "/PKCS5Padding");
    }
}
