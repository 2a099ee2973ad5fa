package com.shop.data;
import java.sql.*;
import java.util.*;
public class ItemDao {
    public static List<String> find(String id) throws SQLException {
        Connection connection = Pool.get();
        List<String> found = new ArrayList<>();
        PreparedStatement statement = connection.prepareStatement("SELECT name FROM item WHERE id = ?");
        statement.setString(1, id);
        ResultSet rows = statement.executeQuery();
        while (rows.next()) { found.add(rows.getString(1)); }
        return found;
    }
}
