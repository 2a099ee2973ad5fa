// expect: secret/hard_coded/password = true
package net.example.shop.config;

import javax.sql.DataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class AppSpringConfig {
    @Bean
    public DataSource dataSource() {
        return DataSourceBuilder.create()
                .url("jdbc:postgresql://db.internal/shop?sslmode=verify-full")
                .username("shop")
                .password("Kx7mPq2Zt9!")
                .build();
    }
}
