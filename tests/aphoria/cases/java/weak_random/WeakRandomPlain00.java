// expect: random/generator = prng
public class WeakRandomPlain00 {
    public Object run(String given) throws Exception {
        java.util.Random numbers = new java.util.Random();
        return Integer.toHexString(numbers.nextInt());
    }
}
