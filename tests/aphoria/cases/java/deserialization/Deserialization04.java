// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("topic=");
            String given = line.substring(at + "topic=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = new Step().run(given);
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private class Step {
        String run(String text) {
            String made = text;
            if (text != null && text.length() > 1) {
                made = new StringBuilder(text).append("!").toString();
            }
            return made;
        }
    }
}
