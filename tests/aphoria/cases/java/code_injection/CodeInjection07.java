// expect: nothing
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.expression.spel.standard.SpelExpressionParser;

public class CodeInjection07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("name=");
            String given = line.substring(at + "name=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String[] slots = {"a", "b", "c"};
            slots[1] = given;
            String used = slots[2];
            SpelExpressionParser parser = new SpelExpressionParser();
            parser.parseExpression(used).getValue();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
