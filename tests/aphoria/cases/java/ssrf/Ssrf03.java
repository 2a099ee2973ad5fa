// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("choice")) {
                    given = name;
                    break;
                }
            }
            List<String> items = new ArrayList<>();
            fill(items, given);
            String used = items.get(0);
            java.net.URL url = new java.net.URL("https://" + used + "/status");
            try (InputStream in = url.openStream()) {
                in.read();
            }
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private void fill(List<String> into, String text) {
        into.add(text);
    }
}
