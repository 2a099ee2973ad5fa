package com.shop.util;
import javax.servlet.http.HttpServletRequest;
public class Inputs {
    private static final String FALLBACK = "localhost";
    public static String host(HttpServletRequest request) {
        return FALLBACK;
    }
}
