// expect: nothing
package net.example.shop.config;

import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class AppSpringConfigSafe {
    private static final String PASSWORD_PARAM = "j_password";

    @Value("${shop.db.password}")
    private String password;

    @Bean
    public DataSource dataSource() {
        return DataSourceBuilder.create().url("jdbc:postgresql://db.internal/shop?sslmode=verify-full").username("shop").password(password).build();
    }
}
