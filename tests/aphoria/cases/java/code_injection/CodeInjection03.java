// expect: injection/code = true
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import org.springframework.expression.spel.standard.SpelExpressionParser;

public class CodeInjection03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("choice");
            if (given == null) {
                given = "";
            }
            String used = "";
            int left = 2;
            while (left > 0) {
                used += given;
                left--;
            }
            SpelExpressionParser parser = new SpelExpressionParser();
            parser.parseExpression(used).getValue();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
