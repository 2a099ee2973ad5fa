// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("topic")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            List<String> items = new ArrayList<>();
            items.add("first");
            items.add(given);
            items.add("last");
            items.remove(0);
            String used = items.get(1);
            java.net.URL url = new java.net.URL("https://" + used + "/status");
            try (InputStream in = url.openStream()) {
                in.read();
            }
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
