// expect: secret/hard_coded/encryption_key = true
package net.example.shop.crypto;

import java.nio.charset.StandardCharsets;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

public class AppAesKey {
    private static final String KEY = "Zt9kXp2mQv7wLr4B";

    public byte[] seal(byte[] plain, byte[] iv) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec spec = new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "AES");
        cipher.init(Cipher.ENCRYPT_MODE, spec, new GCMParameterSpec(128, iv));
        return cipher.doFinal(plain);
    }
}
