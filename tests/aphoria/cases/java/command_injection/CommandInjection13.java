// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection13 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("choice")) {
                    given = name;
                    break;
                }
            }
            String[] slots = {"a", "b", "c"};
            slots[1] = given;
            String used = slots[1];
            new ProcessBuilder("lookup", "--name", used).start();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
