// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("choice");
                if (found != null) {
                    given = found[0];
                }
            }
            Handler handler = new Handler() {
                public String handle(String text) {
                    return text.concat("x");
                }
            };
            String used = handler.handle(given);
            response.getWriter().printf("<i>%s</i>", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    interface Handler {
        String handle(String text);
    }
}
