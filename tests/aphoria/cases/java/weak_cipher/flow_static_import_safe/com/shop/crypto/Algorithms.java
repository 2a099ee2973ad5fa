package com.shop.crypto;
interface Algorithms {
    String CIPHER = "AES/GCM/NoPadding";
}
