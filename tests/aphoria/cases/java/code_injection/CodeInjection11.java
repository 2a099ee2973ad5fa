// expect: nothing
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.expression.spel.standard.SpelExpressionParser;

public class CodeInjection11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            int n = 17;
            String used = (n * 3) + 40 > 5 ? "always" : given;
            SpelExpressionParser parser = new SpelExpressionParser();
            parser.parseExpression(used).getValue();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
