package com.shop.config;
import java.util.Properties;
public class Config {
    private static final Properties PROPERTIES = new Properties();
    static {
        try { PROPERTIES.load(Config.class.getResourceAsStream("/app.properties")); }
        catch (java.io.IOException e) { throw new IllegalStateException(e); }
    }
    public static String get(String key) {
        return PROPERTIES.getProperty(key);
    }
}
