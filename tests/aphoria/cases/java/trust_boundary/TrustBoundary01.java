// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String pick = "b";
            String used = switch (pick) {
                case "a" -> "one";
                case "b" -> given;
                default -> "other";
            };
            HttpSession session = request.getSession(true);
            session.putValue(used, "chosen");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
