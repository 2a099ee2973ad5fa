// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf02 extends HttpServlet {

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
            String used = second(first(given));
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String first(String text) {
        return "<" + text;
    }

    private String second(String text) {
        return text + ">";
    }
}
