// expect: nothing
package example.pathtraversal;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class PathTraversal13 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-choice");
            Handler handler = new Handler() {
                public String handle(String text) {
                    return text.concat("x");
                }
            };
            String used = handler.handle(given);
            String last = new File(used).getName();
            FileInputStream in = new FileInputStream("/srv/data/" + last);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    interface Handler {
        String handle(String text);
    }
}
