// expect: nothing
public class CipherModePlain02 {
    public Object run(String given) throws Exception {
        String mode = "CBC";
        return javax.crypto.Cipher.getInstance("AES/" + mode + "/PKCS5Padding");
    }
}
