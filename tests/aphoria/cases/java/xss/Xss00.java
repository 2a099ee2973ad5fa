// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-item");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = new Step().run(given);
            response.getWriter().println("<b>" + used + "</b>");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private class Step {
        String run(String text) {
            String made = text;
            if (text != null && text.length() > 1) {
                made = new StringBuilder(text).append("!").toString();
            }
            return made;
        }
    }
}
