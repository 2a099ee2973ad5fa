package com.shop.util;
import java.security.*;
import com.shop.config.Constants;
public class Digests {
    public static byte[] of(byte[] data) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance(Constants.DIGEST).digest(data);
    }
}
