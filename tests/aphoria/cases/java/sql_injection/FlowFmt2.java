// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class FlowFmt2 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("name=");
            String given = line.substring(at + "name=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = new Formatter().format("%s", given).toString();
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            db.createStatement().executeQuery("SELECT 1 FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
