// expect: injection/code = true
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.script.*;

public class CodeInjection00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String used = Arrays.asList("a", given).stream().filter(each -> each.length() > 1).findFirst().orElse("");
            ScriptEngine engine = new ScriptEngineManager().getEngineByName("nashorn");
            engine.eval("var a = " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
