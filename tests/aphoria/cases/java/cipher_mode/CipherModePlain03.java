// expect: nothing
public class CipherModePlain03 {
    public Object run(String given) throws Exception {
        return javax.crypto.Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
    }
}
