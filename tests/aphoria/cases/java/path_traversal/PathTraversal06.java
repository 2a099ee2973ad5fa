// expect: path/traversal = true
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.nio.file.*;

public class PathTraversal06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("city=");
            String given = line.substring(at + "city=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used;
            int n = 196;
            if ((500 / 42) + n > 200) {
                used = given;
            } else {
                used = "never";
            }
            Path path = Paths.get("/srv/data/" + used);
            InputStream in = Files.newInputStream(path);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
