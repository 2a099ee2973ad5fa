// expect: injection/xpath = true
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection01 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("city");
            String used = String.format("%s-%d", given, 7);
            XPathFactory factory = XPathFactory.newInstance();
            XPath xp = factory.newXPath();
            xp.compile("//a[text()='" + used + "']");
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
}
