// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-city");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = pass(given);
            java.net.URL url = new java.net.URL("https://api.example.com/items/" + used);
            url.openStream();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static String pass(String text) {
        String copy = text;
        return copy;
    }
}
