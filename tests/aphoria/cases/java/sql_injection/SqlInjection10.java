// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.jdbc.core.JdbcTemplate;

public class SqlInjection10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("item");
                if (found != null) {
                    given = found[0];
                }
            }
            String used;
            String letters = "XYZ";
            char pick = letters.charAt(0);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                    used = given;
                    break;
                default:
                    used = given + "other";
                    break;
            }
            JdbcTemplate template = new JdbcTemplate();
            template.queryForList("SELECT * FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
