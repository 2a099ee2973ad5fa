package com.shop.crypto;
import static com.shop.crypto.Algorithms.CIPHER;
import javax.crypto.Cipher;
public class Box {
    Cipher cipher() throws Exception { return Cipher.getInstance(CIPHER); }
}
