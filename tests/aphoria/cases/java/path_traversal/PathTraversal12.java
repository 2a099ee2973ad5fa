// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal12 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("name")) {
                    given = name;
                    break;
                }
            }
            Map<String, Object> store = new HashMap<>();
            store.put("left", "fixed");
            store.put("right", given);
            String used = (String) store.get("right");
            used = (String) store.get("left");
            File file = new File("/srv/data", used);
            FileOutputStream out = new FileOutputStream(file);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
