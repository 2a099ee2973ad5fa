// expect: nothing
public class WeakHashPlain04 {
    public Object run(String given) throws Exception {
        // MessageDigest.getInstance("MD5") is what this was
        String old = "MD5";
        return java.security.MessageDigest.getInstance("SHA-384", "SUN");
    }
}
