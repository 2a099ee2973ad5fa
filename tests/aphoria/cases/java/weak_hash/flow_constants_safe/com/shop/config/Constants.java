package com.shop.config;
public final class Constants {
    public static final String DIGEST = "SHA-256";
    public static final int PAGE = 20;
}
