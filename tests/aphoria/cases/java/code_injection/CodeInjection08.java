// expect: nothing
package example.codeinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.script.*;

public class CodeInjection08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("choice");
            String used = kind(given);
            ScriptEngine engine = new ScriptEngineManager().getEngineByName("nashorn");
            engine.eval("var a = " + used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static class Wrapped {
        private final HttpServletRequest inner;

        Wrapped(HttpServletRequest inner) {
            this.inner = inner;
        }

        String field(String name) {
            return inner.getParameter(name);
        }
    }

    private static String kind(String text) {
        switch (text) {
            case "a":
                return "alpha";
            case "b":
                return "beta";
            default:
                return "other";
        }
    }
}
