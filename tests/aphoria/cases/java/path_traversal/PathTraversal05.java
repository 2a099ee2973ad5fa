// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("item")) {
                    given = name;
                    break;
                }
            }
            int n = 17;
            String used = (n * 3) - 40 > 5 ? given : "never";
            File file = new File("/srv/data", used);
            FileOutputStream out = new FileOutputStream(file);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
