// expect: injection/command = true
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            Handler handler = new Handler() {
                public String handle(String text) {
                    return text.concat("x");
                }
            };
            String used = handler.handle(given);
            Runtime.getRuntime().exec("lookup " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    interface Handler {
        String handle(String text);
    }
}
