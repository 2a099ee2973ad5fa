// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class SqlInjection04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("topic")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            String used;
            char pick = "XYZ".charAt(2);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                case 'Z':
                    used = given;
                    break;
                default:
                    used = "other";
                    break;
            }
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            java.sql.Statement statement = db.createStatement();
            statement.executeQuery("SELECT id FROM t WHERE name = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
