// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class SqlInjection07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-name");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            StringBuilder text = new StringBuilder(given);
            text.setLength(0);
            text.append("fixed");
            String used = text.toString();
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            java.sql.Statement statement = db.createStatement();
            statement.executeQuery("SELECT id FROM t WHERE name = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
