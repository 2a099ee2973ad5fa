// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-topic");
            String used;
            char pick = "XYZ".charAt(2);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                case 'Z':
                    used = given;
                    break;
                default:
                    used = "other";
                    break;
            }
            response.sendRedirect(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
