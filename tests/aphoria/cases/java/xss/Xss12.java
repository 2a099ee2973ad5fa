// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss12 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("name");
                if (found != null) {
                    given = found[0];
                }
            }
            List<String> allowed = Arrays.asList("alpha", "beta");
            String used = "alpha";
            if (allowed.contains(given)) {
                used = given;
            }
            response.setHeader("X-XSS-Protection", "0");
            PrintWriter out = response.getWriter();
            out.write(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
