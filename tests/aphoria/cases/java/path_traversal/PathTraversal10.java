// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("item");
            String given = many != null && many.length > 0 ? many[0] : "";
            String pick = "a";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            File file = new File(new File("/srv/data"), used);
            if (file.exists()) {
                file.delete();
            }
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
