// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("choice")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            int n = 17;
            String used = (n * 3) + 40 > 5 ? "always" : given;
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "UPDATE t SET n = 1 WHERE name = '" + used + "'";
            db.createStatement().executeUpdate(text);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
