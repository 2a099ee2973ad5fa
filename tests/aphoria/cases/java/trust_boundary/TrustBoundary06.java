// expect: nothing
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("city=");
            String given = line.substring(at + "city=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            Map<String, String> store = new LinkedHashMap<>();
            store.put("k", given);
            store.put("k", "fixed");
            String used = store.get("k");
            request.getSession().setAttribute("choice", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
