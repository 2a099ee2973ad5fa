// expect: nothing
public class WeakCipherPlain03 {
    public Object run(String given) throws Exception {
        javax.crypto.Cipher cipher = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
        return cipher;
    }
}
