// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("name");
            if (given == null) {
                given = "";
            }
            List<String> fixed = Arrays.asList("a", "b");
            String used = fixed.stream().filter(each -> !each.isEmpty()).findFirst().orElse("c");
            response.getWriter().println("<b>" + used + "</b>");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
