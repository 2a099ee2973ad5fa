// expect: nothing
public class WeakRandomPlain03 {
    public Object run(String given) throws Exception {
        // new java.util.Random() would do for a game
        byte[] token = new byte[16];
        new java.security.SecureRandom().nextBytes(token);
        return token;
    }
}
