// expect: secret/hard_coded/password = true
package net.example.shop.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

public final class AppHikari {
    public static HikariDataSource open() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:mysql://db.internal/shop?sslMode=VERIFY_IDENTITY");
        config.setUsername("shop");
        config.setPassword("Kx7mPq2Zt9");
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }
}
