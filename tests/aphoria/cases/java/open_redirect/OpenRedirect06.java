// expect: nothing
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("city");
                if (found != null) {
                    given = found[0];
                }
            }
            Map<String, String> store = new LinkedHashMap<>();
            store.put("k", given);
            store.put("k", "fixed");
            String used = store.get("k");
            response.sendRedirect(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
