package com.shop;
import java.security.MessageDigest;
import org.springframework.core.env.Environment;
public class Signer {
    private Environment environment;
    byte[] digest(byte[] data) throws Exception {
        return MessageDigest.getInstance(environment.getProperty("signer.digest")).digest(data);
    }
}
