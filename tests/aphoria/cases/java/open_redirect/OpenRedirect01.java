// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "city");
            StringBuilder text = new StringBuilder("a");
            text.append(given).append("z");
            String used = text.toString();
            response.setStatus(302);
            response.setHeader("Location", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }
}
