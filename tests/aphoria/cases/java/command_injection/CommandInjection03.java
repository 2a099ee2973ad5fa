// expect: injection/command = true
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String used = new Step().run(given);
            Runtime.getRuntime().exec("lookup " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private class Step {
        String run(String text) {
            String made = text;
            if (text != null && text.length() > 1) {
                made = new StringBuilder(text).append("!").toString();
            }
            return made;
        }
    }
}
