package com.shop.crypto;
public enum Kind {
    OLD("DES/CBC/PKCS5Padding"),
    NEW("AES/GCM/NoPadding");
    private final String transformation;
    Kind(String transformation) { this.transformation = transformation; }
    public String transformation() { return transformation; }
}
