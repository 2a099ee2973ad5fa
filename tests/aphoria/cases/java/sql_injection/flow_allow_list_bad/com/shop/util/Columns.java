package com.shop.util;
public class Columns {
    public static String pick(String wanted) {
        switch (wanted) {
            case "price": return "price";
            case "name": return "name";
            default: return wanted;
        }
    }
}
