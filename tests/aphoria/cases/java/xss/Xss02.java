// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("name");
            String given = many != null && many.length > 0 ? many[0] : "";
            Shape shape = new Round();
            String used = shape.turn(given);
            Object[] parts = {"a", used};
            response.getWriter().format(Locale.US, "%s: %s", parts);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    interface Shape {
        String turn(String text);
    }

    static class Round implements Shape {
        public String turn(String text) {
            return text + "";
        }
    }
}
