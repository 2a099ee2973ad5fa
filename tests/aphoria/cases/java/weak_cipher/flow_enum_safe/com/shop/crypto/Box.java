package com.shop.crypto;
import javax.crypto.Cipher;
public class Box {
    Cipher cipher() throws Exception { return Cipher.getInstance(Kind.NEW.transformation()); }
}
