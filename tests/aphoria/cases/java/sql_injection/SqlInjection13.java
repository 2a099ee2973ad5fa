// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class SqlInjection13 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("choice");
            String[] parts = given.split(" ");
            String used = parts[0];
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            java.sql.PreparedStatement statement = db.prepareStatement("SELECT id FROM t WHERE name = ?");
            statement.setString(1, used);
            statement.executeQuery();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
