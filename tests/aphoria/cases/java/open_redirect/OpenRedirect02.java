// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("name");
            int n = 17;
            String used = (n * 3) - 40 > 5 ? given : "never";
            response.sendRedirect(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
