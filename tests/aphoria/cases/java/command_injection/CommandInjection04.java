// expect: injection/command = true
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "topic");
            Holder holder = new Holder(given);
            String used = holder.get();
            String[] command = {"/bin/sh", "-c", "lookup " + used};
            Runtime runtime = Runtime.getRuntime();
            runtime.exec(command);
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
