// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-item");
            List<String> items = new ArrayList<>();
            fill(items, given);
            String used = items.get(0);
            FileInputStream in = new FileInputStream("/srv/data/" + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private void fill(List<String> into, String text) {
        into.add(text);
    }
}
