// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("city");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used = "a";
            if (given.equals("alpha") || given.equals("beta")) {
                used = "chosen";
            }
            response.getWriter().println("<b>" + used + "</b>");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
