// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("choice");
            Map<String, Object> store = new HashMap<>();
            store.put("left", "fixed");
            store.put("right", given);
            String used = (String) store.get("right");
            HttpSession session = request.getSession(true);
            session.putValue(used, "chosen");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
