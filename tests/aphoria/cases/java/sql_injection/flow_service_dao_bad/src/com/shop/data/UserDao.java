package com.shop.data;
import java.sql.*;
public class UserDao {
    private Connection open() throws SQLException { return DriverManager.getConnection("jdbc:h2:mem:shop"); }
    public boolean matches(String user, String pin) throws SQLException {
        try (Connection connection = open()) {
            String sql = String.format("select 1 from users where name='%s' and pin='%s'", user, pin);
            ResultSet rows = connection.createStatement().executeQuery(sql);
            return rows.next();
        }
    }
}
