// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class SqlInjection11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("city")) {
                    given = name;
                    break;
                }
            }
            String pick = "a";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            java.sql.Statement statement = db.createStatement();
            statement.executeQuery("SELECT id FROM t WHERE name = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
