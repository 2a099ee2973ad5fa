// expect: nothing
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-item");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = "a";
            if (given.equals("alpha") || given.equals("beta")) {
                used = "chosen";
            }
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
