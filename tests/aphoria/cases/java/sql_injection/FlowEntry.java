// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class FlowEntry extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("item");
            String given = many != null && many.length > 0 ? many[0] : "";
            Map<String, String> m = new HashMap<>();
            m.put("a", given);
            String used = "";
            for (Map.Entry<String, String> e : m.entrySet()) {
                used = e.getValue();
            }
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            db.createStatement().executeQuery("SELECT 1 FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
