// expect: injection/command = true
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("city=");
            String given = line.substring(at + "city=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            byte[] coded = Base64.getEncoder().encode(given.getBytes());
            String used = new String(Base64.getDecoder().decode(coded));
            String[] command = {"/bin/sh", "-c", "lookup " + used};
            Runtime runtime = Runtime.getRuntime();
            runtime.exec(command);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
