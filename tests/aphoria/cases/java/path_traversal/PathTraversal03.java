// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("choice");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used = given;
            File file = new File(new File("/srv/data"), used);
            if (file.exists()) {
                file.delete();
            }
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
