// expect: nothing
public class WeakHashPlain03 {
    public Object run(String given) throws Exception {
        int n = 30;
        String name = n > 20 ? "SHA-512" : "MD5";
        return java.security.MessageDigest.getInstance(name);
    }
}
