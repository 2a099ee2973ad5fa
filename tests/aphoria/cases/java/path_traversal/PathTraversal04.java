// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("topic");
                if (found != null) {
                    given = found[0];
                }
            }
            StringBuilder text = new StringBuilder("a");
            text.append(given).append("z");
            String used = text.toString();
            FileInputStream in = new FileInputStream("/srv/data/" + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
