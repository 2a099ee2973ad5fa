// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("item=");
            String given = line.substring(at + "item=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = given.replace("q", "r").toLowerCase();
            response.setHeader("X-XSS-Protection", "0");
            PrintWriter out = response.getWriter();
            out.write(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
