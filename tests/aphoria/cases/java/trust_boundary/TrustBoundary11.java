// expect: nothing
package example.trustboundary;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class TrustBoundary11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("city=");
            String given = line.substring(at + "city=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = "";
            for (int i = 0; i < 3; i++) {
                used = used + given.charAt(i);
            }
            request.setAttribute("choice", used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
