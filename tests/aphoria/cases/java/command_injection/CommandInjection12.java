// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection12 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-name");
            Shape shape = new Flat();
            String used = shape.turn(given);
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

    interface Shape {
        String turn(String text);
    }

    static class Round implements Shape {
        public String turn(String text) {
            return text;
        }
    }

    static class Flat implements Shape {
        public String turn(String text) {
            return "flat";
        }
    }
}
