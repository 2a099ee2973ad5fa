// expect: nothing
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            Shape shape = new Flat();
            String used = shape.turn(given);
            response.sendRedirect(used);
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
