// expect: nothing
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("item");
            String given = many != null && many.length > 0 ? many[0] : "";
            Map<String, Object> store = new HashMap<>();
            store.put("left", "fixed");
            store.put("right", given);
            String used = (String) store.get("right");
            used = (String) store.get("left");
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
