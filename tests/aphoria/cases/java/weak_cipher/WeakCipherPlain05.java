// expect: nothing
public class WeakCipherPlain05 {
    public Object run(String given) throws Exception {
        String text = "uses DES/CBC/PKCS5Padding no more";
        return javax.crypto.KeyGenerator.getInstance("AES");
    }
}
