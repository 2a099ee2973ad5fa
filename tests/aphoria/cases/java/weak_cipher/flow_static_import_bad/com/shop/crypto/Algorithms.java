package com.shop.crypto;
interface Algorithms {
    String CIPHER = "DES/CBC/PKCS5Padding";
}
