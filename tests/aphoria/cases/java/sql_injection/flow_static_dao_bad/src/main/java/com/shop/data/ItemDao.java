package com.shop.data;
import java.sql.*;
import java.util.*;
public class ItemDao {
    public static List<String> find(String id) throws SQLException {
        Connection connection = Pool.get();
        List<String> found = new ArrayList<>();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name FROM item WHERE id = '" + id + "'");
        while (rows.next()) { found.add(rows.getString(1)); }
        return found;
    }
}
