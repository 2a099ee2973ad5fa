// expect: cipher/algorithm = rc4
public class WeakCipherPlain02 {
    public Object run(String given) throws Exception {
        return javax.crypto.Cipher.getInstance("RC4");
    }
}
