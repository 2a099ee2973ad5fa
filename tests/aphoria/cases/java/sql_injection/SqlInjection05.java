// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("item");
            String given = many != null && many.length > 0 ? many[0] : "";
            String pick = "b";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "UPDATE t SET n = 1 WHERE name = '" + used + "'";
            db.createStatement().executeUpdate(text);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
