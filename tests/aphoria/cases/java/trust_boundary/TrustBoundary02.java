// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "name");
            List<String> items = new ArrayList<>();
            items.add("first");
            items.add(given);
            items.add("last");
            items.remove(0);
            String used = items.get(0);
            request.getSession().setAttribute("choice", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }
}
