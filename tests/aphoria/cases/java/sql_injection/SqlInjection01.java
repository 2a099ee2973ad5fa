// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            StringBuilder text = new StringBuilder("a");
            text.append(given).append("z");
            String used = text.toString();
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "UPDATE t SET n = 1 WHERE name = '" + used + "'";
            db.createStatement().executeUpdate(text);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
