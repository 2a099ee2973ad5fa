// expect: hash/algorithm = sha1
public class WeakHashPlain02 {
    public Object run(String given) throws Exception {
        String name;
        switch ("ab".charAt(1)) {
            case 'a':
                name = "SHA-256";
                break;
            default:
                name = "sha1";
                break;
        }
        return java.security.MessageDigest.getInstance(name);
    }
}
