// expect: nothing
public class KeySizePlain03 {
    public Object run(boolean isLong) throws Exception {
        javax.crypto.KeyGenerator maker = javax.crypto.KeyGenerator.getInstance("AES");
        maker.init(isLong ? 256 : 128);
        return maker.generateKey();
    }
}
