// expect: trust_boundary/crossed = true
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("item");
            String used;
            char pick = "XYZ".charAt(2);
            switch (pick) {
                case 'X':
                    used = "one";
                    break;
                case 'Y':
                case 'Z':
                    used = given;
                    break;
                default:
                    used = "other";
                    break;
            }
            request.getSession().setAttribute("choice", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static class Wrapped {
        private final HttpServletRequest inner;

        Wrapped(HttpServletRequest inner) {
            this.inner = inner;
        }

        String field(String name) {
            return inner.getParameter(name);
        }
    }
}
