// expect: nothing
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-choice");
            java.util.function.Function<String, String> change = text -> "fixed";
            String used = change.apply(given);
            response.setHeader("X-XSS-Protection", "0");
            PrintWriter out = response.getWriter();
            out.write(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
