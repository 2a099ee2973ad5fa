// expect: xss/unescaped_output = true
package example.xss;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Xss01 extends HttpServlet {

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
            Holder holder = new Holder(given);
            String used = holder.get();
            response.setHeader("X-XSS-Protection", "0");
            PrintWriter out = response.getWriter();
            out.write(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    static class Holder {
        private String kept;

        Holder(String kept) {
            this.kept = kept;
        }

        String get() {
            return kept;
        }
    }
}
