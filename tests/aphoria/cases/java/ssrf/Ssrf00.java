// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("item")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            String[] slots = {"a", "b", "c"};
            slots[1] = given;
            String used = slots[1];
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
