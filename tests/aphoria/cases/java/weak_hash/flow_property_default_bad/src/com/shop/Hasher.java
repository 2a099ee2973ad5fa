package com.shop;
import java.security.MessageDigest;
public class Hasher {
    byte[] hash(java.util.Properties settings, byte[] data) throws Exception {
        return MessageDigest.getInstance(settings.getProperty("sum.name", "SHA-1")).digest(data);
    }
}
