// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-city");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            byte[] raw = given.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String used = new String(raw, java.nio.charset.StandardCharsets.UTF_8);
            File file = new File("/srv/data", used);
            FileOutputStream out = new FileOutputStream(file);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
