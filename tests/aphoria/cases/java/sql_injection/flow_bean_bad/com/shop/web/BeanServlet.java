package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.model.Query;
import java.sql.*;
public class BeanServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Query query = new Query();
            query.setName(request.getParameter("name"));
            query.setKind("book");
            Statement statement = com.shop.data.Pool.get().createStatement();
            statement.executeQuery("select * from item where x = '" + query.getName() + "'");
        } catch (Exception e) { throw new IOException(e); }
    }
}
