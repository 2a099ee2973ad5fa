// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss13 extends HttpServlet {

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
            List<String> items = new ArrayList<>();
            fill(items, given);
            String used = items.get(0);
            response.setContentType("text/html");
            response.getWriter().write(org.owasp.encoder.Encode.forHtml(used));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private void fill(List<String> into, String text) {
        into.add(text);
    }
}
