package com.shop.util;
public final class Names {
    private Names() {}
    public static String clean(String name) {
        return name.trim();
    }
}
