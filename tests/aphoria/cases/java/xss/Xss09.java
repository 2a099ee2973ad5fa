// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-topic");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = given;
            used = "fixed";
            Object[] parts = {"a", used};
            response.getWriter().format(Locale.US, "%s: %s", parts);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
