// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("city");
            String given = many != null && many.length > 0 ? many[0] : "";
            Map<String, Object> store = new HashMap<>();
            store.put("left", "fixed");
            store.put("right", given);
            String used = (String) store.get("right");
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
