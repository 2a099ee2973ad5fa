// expect: nothing
public class WeakRandomPlain02 {
    public Object run(String given) throws Exception {
        java.util.Random numbers = java.security.SecureRandom.getInstance("SHA1PRNG");
        return numbers.nextInt();
    }
}
