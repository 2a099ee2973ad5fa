// expect: nothing
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("city")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            List<String> allowed = Arrays.asList("alpha", "beta");
            String used = "alpha";
            if (allowed.contains(given)) {
                used = given;
            }
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
