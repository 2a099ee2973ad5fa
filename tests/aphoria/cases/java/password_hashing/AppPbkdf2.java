// expect: password_hash/pbkdf2/iterations = 1000
package net.example.shop.account;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

public class AppPbkdf2 {
    private static final int ITERATIONS = 1000;
    private static final int BITS = 256;

    byte[] hash(char[] password, byte[] salt) throws Exception {
        PBEKeySpec spec = new PBEKeySpec(password, salt, ITERATIONS, BITS);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    }
}
