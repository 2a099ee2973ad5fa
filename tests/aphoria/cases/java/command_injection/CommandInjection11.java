// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            Holder one = new Holder("fixed");
            Holder two = new Holder(given);
            String used = one.get();
            String[] command = {"/bin/sh", "-c", "lookup " + used};
            Runtime runtime = Runtime.getRuntime();
            runtime.exec(command);
        } catch (Exception problem) {
            throw new ServletException(problem);
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
