// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal08 extends HttpServlet {

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
            String used;
            int n = 86;
            if ((7 * 42) - n > 200) {
                used = "kept";
            } else {
                used = given;
            }
            File file = new File("/srv/data", used);
            FileOutputStream out = new FileOutputStream(file);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
