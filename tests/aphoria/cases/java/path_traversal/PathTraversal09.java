// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.nio.file.*;

public class PathTraversal09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("topic")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            String used;
            String letters = "XYZ";
            char pick = letters.charAt(0);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                    used = given;
                    break;
                default:
                    used = given + "other";
                    break;
            }
            Path path = Paths.get("/srv/data/" + used);
            InputStream in = Files.newInputStream(path);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
