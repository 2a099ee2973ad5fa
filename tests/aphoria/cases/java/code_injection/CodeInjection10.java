// expect: nothing
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.script.*;

public class CodeInjection10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "item");
            StringBuilder text = new StringBuilder(given);
            text.setLength(0);
            text.append("fixed");
            String used = text.toString();
            ScriptEngine engine = new ScriptEngineManager().getEngineByName("nashorn");
            engine.eval("var a = " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }
}
