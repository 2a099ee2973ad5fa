// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("city");
            String[] parts = given.split(" ");
            String used = parts[0];
            Object[] parts = {"a", used};
            response.getWriter().format(Locale.US, "%s: %s", parts);
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
