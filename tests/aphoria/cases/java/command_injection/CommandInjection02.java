// expect: injection/command = true
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("name");
            String used = pass(given);
            List<String> command = new ArrayList<>();
            String system = System.getProperty("os.name");
            if (system.indexOf("Windows") != -1) {
                command.add("cmd.exe");
                command.add("/c");
            } else {
                command.add("sh");
                command.add("-c");
            }
            command.add("echo " + used);
            ProcessBuilder process = new ProcessBuilder(command);
            process.start();
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

    private static String pass(String text) {
        String copy = text;
        return copy;
    }
}
