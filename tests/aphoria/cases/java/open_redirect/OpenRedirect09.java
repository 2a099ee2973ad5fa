// expect: nothing
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("topic");
            Holder one = new Holder("fixed");
            Holder two = new Holder(given);
            String used = one.get();
            response.setStatus(302);
            response.setHeader("Location", used);
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
