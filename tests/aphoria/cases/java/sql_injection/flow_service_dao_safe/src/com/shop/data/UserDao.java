package com.shop.data;
import java.sql.*;
public class UserDao {
    private Connection open() throws SQLException { return DriverManager.getConnection("jdbc:h2:mem:shop"); }
    public boolean matches(String user, String pin) throws SQLException {
        try (Connection connection = open()) {
            PreparedStatement found = connection.prepareStatement("select 1 from users where name=? and pin=?");
            found.setString(1, user);
            found.setString(2, pin);
            ResultSet rows = found.executeQuery();
            return rows.next();
        }
    }
}
