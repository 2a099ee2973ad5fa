// expect: cipher/algorithm = des
public class WeakCipherPlain00 {
    public Object run(String given) throws Exception {
        return javax.crypto.Cipher.getInstance("DES/CBC/PKCS5Padding", java.security.Security.getProvider("SunJCE"));
    }
}
