package com.shop.util;
import java.security.MessageDigest;
public class Hash {
    public static String hex(String algorithm, String text) throws Exception {
        byte[] made = MessageDigest.getInstance(algorithm).digest(text.getBytes());
        return String.format("%032x", new java.math.BigInteger(1, made));
    }
}
