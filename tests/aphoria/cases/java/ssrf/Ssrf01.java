// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("city");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used = "x";
            try {
                used = given;
            } catch (RuntimeException ignored) {
                used = "y";
            } finally {
                response.setStatus(200);
            }
            java.net.URL url = new java.net.URL("https://" + used + "/status");
            try (InputStream in = url.openStream()) {
                in.read();
            }
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
