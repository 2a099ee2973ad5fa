// expect: deserialization/java/object_stream = true
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("item")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            List<String> items = new ArrayList<>();
            items.add("first");
            items.add(given);
            items.add("last");
            items.remove(0);
            String used = items.get(0);
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
