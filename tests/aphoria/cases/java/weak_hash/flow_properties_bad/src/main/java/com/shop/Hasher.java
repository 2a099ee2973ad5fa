package com.shop;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Properties;
public class Hasher {
    byte[] hash(byte[] data) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = getClass().getClassLoader().getResourceAsStream("shop.properties")) {
            properties.load(in);
        }
        String algorithm = properties.getProperty("digest.algorithm", "SHA-512");
        return MessageDigest.getInstance(algorithm).digest(data);
    }
}
