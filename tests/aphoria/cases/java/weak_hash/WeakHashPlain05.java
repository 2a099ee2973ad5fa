// expect: nothing
public class WeakHashPlain05 {
    public Object run(String given) throws Exception {
        java.util.Map<String, String> names = new java.util.HashMap<>();
        names.put("old", "MD5");
        names.put("new", "SHA-256");
        return java.security.MessageDigest.getInstance(names.get("new"));
    }
}
