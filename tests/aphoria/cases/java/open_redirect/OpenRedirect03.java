// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("choice");
            if (given == null) {
                given = "";
            }
            String used;
            int n = 196;
            if ((500 / 42) + n > 200) {
                used = given;
            } else {
                used = "never";
            }
            response.setStatus(302);
            response.setHeader("Location", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
