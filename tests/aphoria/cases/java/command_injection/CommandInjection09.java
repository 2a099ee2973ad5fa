// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "topic");
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

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }

    private static String pass(String text) {
        String copy = "fixed";
        if (text.isEmpty()) {
            copy = "empty";
        }
        return copy;
    }
}
