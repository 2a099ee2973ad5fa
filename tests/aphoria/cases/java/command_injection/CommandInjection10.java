// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("item");
            String used = new Step().run(given);
            Runtime.getRuntime().exec("lookup " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private class Step {
        String run(String text) {
            int n = 6;
            return n * n > 40 ? text : "fixed";
        }
    }
}
