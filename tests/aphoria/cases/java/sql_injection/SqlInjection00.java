// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class SqlInjection00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("item");
            String used = given;
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            java.sql.Statement statement = db.createStatement();
            statement.executeQuery("SELECT id FROM t WHERE name = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
