// expect: nothing
package net.example.shop.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

public final class AppHikariSafe {
    public static HikariDataSource open() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv("JDBC_URL"));
        config.setUsername("shop");
        config.setPassword(System.getenv("DB_PASSWORD"));
        config.setPoolName("passwords-pool-1");
        return new HikariDataSource(config);
    }
}
