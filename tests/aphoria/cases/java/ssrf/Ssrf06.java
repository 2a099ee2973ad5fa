// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            String used;
            int n = 86;
            if ((7 * 42) - n > 200) {
                used = "kept";
            } else {
                used = given;
            }
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
