// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("item");
            Holder holder = new Holder(given);
            String used = holder.get();
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
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
