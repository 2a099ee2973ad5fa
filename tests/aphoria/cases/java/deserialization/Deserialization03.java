// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization03 extends HttpServlet {

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
            String used = pass(given);
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static String pass(String text) {
        String copy = text;
        return copy;
    }
}
