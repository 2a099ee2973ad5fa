// expect: injection/code = true
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.script.*;

public class CodeInjection02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("name");
            String used = "";
            for (int i = 0; i < 3; i++) {
                used = used + given.charAt(i);
            }
            ScriptEngine engine = new ScriptEngineManager().getEngineByName("nashorn");
            engine.eval("var a = " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
