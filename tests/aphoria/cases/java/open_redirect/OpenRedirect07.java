// expect: nothing
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("name")) {
                    given = name;
                    break;
                }
            }
            String used = pass(given);
            response.setStatus(302);
            response.setHeader("Location", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static String pass(String text) {
        String copy = "fixed";
        if (text.isEmpty()) {
            copy = "empty";
        }
        return copy;
    }
}
