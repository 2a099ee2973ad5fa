// expect: nothing
public class WeakCipherPlain04 {
    public Object run(String given) throws Exception {
        String[] names = {"DES/CBC/PKCS5Padding", "AES/CCM/NoPadding"};
        return javax.crypto.Cipher.getInstance(names[1]);
    }
}
