// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("topic");
            if (given == null) {
                given = "";
            }
            byte[] coded = Base64.getEncoder().encode(given.getBytes());
            String used = new String(Base64.getDecoder().decode(coded));
            request.getSession().setAttribute("choice", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
