package com.shop.config;
public final class Constants {
    public static final String DIGEST = "MD5";
    public static final int PAGE = 20;
}
