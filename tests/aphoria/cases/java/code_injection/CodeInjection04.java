// expect: injection/code = true
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.script.*;

public class CodeInjection04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-topic");
            String used = String.format("%s-%d", given, 7);
            ScriptEngine engine = new ScriptEngineManager().getEngineByName("nashorn");
            engine.eval("var a = " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
