// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("item");
            String used = Optional.ofNullable(given).orElse("none");
            java.net.URL url = new java.net.URL("https://" + used + "/status");
            try (InputStream in = url.openStream()) {
                in.read();
            }
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
