// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf08 extends HttpServlet {

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
            String pick = "a";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
