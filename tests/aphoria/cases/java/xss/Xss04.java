// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("topic")) {
                    given = name;
                    break;
                }
            }
            String used = (given + "_tail").substring(0, given.length());
            response.getWriter().println("<b>" + used + "</b>");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
