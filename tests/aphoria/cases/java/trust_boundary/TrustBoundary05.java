// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-item");
            String used = pass(given);
            HttpSession session = request.getSession(true);
            session.putValue(used, "chosen");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static String pass(String text) {
        String copy = text;
        return copy;
    }
}
