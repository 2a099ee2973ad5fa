// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-name");
            int n = 17;
            String used = (n * 3) + 40 > 5 ? "always" : given;
            FileInputStream in = new FileInputStream("/srv/data/" + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
