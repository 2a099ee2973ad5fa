// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-name");
            String used;
            String letters = "XYZ";
            char pick = letters.charAt(0);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                    used = given;
                    break;
                default:
                    used = given + "other";
                    break;
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
