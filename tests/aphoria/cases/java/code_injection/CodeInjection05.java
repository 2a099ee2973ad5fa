// expect: injection/code = true
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.expression.spel.standard.SpelExpressionParser;

public class CodeInjection05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-item");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            Deque<String> queue = new ArrayDeque<>();
            queue.add(given);
            queue.add("other");
            String used = queue.poll();
            SpelExpressionParser parser = new SpelExpressionParser();
            parser.parseExpression(used).getValue();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
