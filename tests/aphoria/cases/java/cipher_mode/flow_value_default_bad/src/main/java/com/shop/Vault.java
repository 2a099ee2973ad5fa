package com.shop;
import javax.crypto.Cipher;
import org.springframework.beans.factory.annotation.Value;
public class Vault {
    private final String transformation;
    public Vault(@Value("${vault.transformation:AES/ECB/PKCS5Padding}") String transformation) {
        this.transformation = transformation;
    }
    Cipher cipher() throws Exception { return Cipher.getInstance(transformation); }
}
