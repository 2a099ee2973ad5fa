// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.jdbc.core.JdbcTemplate;

public class SqlInjection03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-choice");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used;
            int n = 196;
            if ((500 / 42) + n > 200) {
                used = given;
            } else {
                used = "never";
            }
            JdbcTemplate template = new JdbcTemplate();
            template.queryForList("SELECT * FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
