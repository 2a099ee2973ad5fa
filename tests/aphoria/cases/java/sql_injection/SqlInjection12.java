// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection12 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("name=");
            String given = line.substring(at + "name=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            List<String> items = new ArrayList<>();
            items.add("first");
            items.add(given);
            items.add("last");
            items.remove(0);
            String used = items.get(1);
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "UPDATE t SET n = 1 WHERE name = '" + used + "'";
            db.createStatement().executeUpdate(text);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
