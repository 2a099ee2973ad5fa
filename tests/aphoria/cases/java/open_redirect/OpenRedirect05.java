// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect05 extends HttpServlet {

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
            String pick = "b";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            response.setStatus(302);
            response.setHeader("Location", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
