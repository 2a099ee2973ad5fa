package com.shop;
import java.security.MessageDigest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
@Component
public class Signer {
    @Value("${shop.digest.name}")
    private String name;
    public byte[] digest(byte[] data) throws Exception {
        return MessageDigest.getInstance(name).digest(data);
    }
}
