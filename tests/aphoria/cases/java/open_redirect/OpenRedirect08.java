// expect: nothing
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("choice=");
            String given = line.substring(at + "choice=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = new Step().run(given);
            response.sendRedirect(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private class Step {
        String run(String text) {
            int n = 6;
            return n * n > 40 ? text : "fixed";
        }
    }
}
