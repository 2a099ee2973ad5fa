// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("city");
                if (found != null) {
                    given = found[0];
                }
            }
            List<String> items = new ArrayList<>();
            items.add("first");
            items.add(given);
            items.add("last");
            items.remove(0);
            String used = items.get(0);
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "{call " + used + "()}";
            CallableStatement call = db.prepareCall(text);
            call.execute();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
