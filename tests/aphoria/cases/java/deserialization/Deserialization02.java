// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("name");
                if (found != null) {
                    given = found[0];
                }
            }
            byte[] coded = Base64.getEncoder().encode(given.getBytes());
            String used = new String(Base64.getDecoder().decode(coded));
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
