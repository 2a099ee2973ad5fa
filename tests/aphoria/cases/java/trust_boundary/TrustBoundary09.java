// expect: nothing
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "topic");
            Holder one = new Holder("fixed");
            Holder two = new Holder(given);
            String used = one.get();
            HttpSession session = request.getSession(true);
            session.putValue(used, "chosen");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }

    static class Holder {
        private String kept;

        Holder(String kept) {
            this.kept = kept;
        }

        String get() {
            return kept;
        }
    }
}
