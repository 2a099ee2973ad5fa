// expect: hash/algorithm = md5
public class WeakHashPlain00 {
    public Object run(String given) throws Exception {
        String name = "M" + "D5";
        return java.security.MessageDigest.getInstance(name).digest(given.getBytes());
    }
}
