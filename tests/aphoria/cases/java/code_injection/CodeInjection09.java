// expect: nothing
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.expression.spel.standard.SpelExpressionParser;

public class CodeInjection09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String used = DEFAULT_MODE.equals("on") ? "on" : given;
            SpelExpressionParser parser = new SpelExpressionParser();
            parser.parseExpression(used).getValue();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static final String DEFAULT_MODE = "on";
}
