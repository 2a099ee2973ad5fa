// expect: key/symmetric/bits = 56
public class KeySizePlain01 {
    public Object run(String given) throws Exception {
        javax.crypto.KeyGenerator maker = javax.crypto.KeyGenerator.getInstance("AES");
        maker.init(56);
        return maker.generateKey();
    }
}
