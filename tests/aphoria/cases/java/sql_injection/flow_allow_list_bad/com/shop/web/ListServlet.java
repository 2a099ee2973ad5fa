package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Columns;
import java.sql.*;
public class ListServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String column = Columns.pick(request.getParameter("sort"));
            Statement statement = com.shop.data.Pool.get().createStatement();
            statement.executeQuery("select * from item order by " + column);
        } catch (Exception e) { throw new IOException(e); }
    }
}
