// expect: ssrf/untrusted_target = true
package example.ssrf;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Ssrf04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("topic=");
            String given = line.substring(at + "topic=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            byte[] raw = given.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String used = new String(raw, java.nio.charset.StandardCharsets.UTF_8);
            java.net.URL url = new java.net.URL(used);
            java.net.URLConnection connection = url.openConnection();
            connection.connect();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
