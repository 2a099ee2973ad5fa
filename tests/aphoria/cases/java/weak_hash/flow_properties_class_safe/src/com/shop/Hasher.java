package com.shop;
import java.security.MessageDigest;
import com.shop.config.Config;
public class Hasher {
    byte[] hash(byte[] data) throws Exception {
        return MessageDigest.getInstance(Config.get("hashName")).digest(data);
    }
}
