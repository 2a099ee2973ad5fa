// expect: nothing
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection07 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Wrapped wrapped = new Wrapped(request);
            String given = wrapped.field("name");
            if (!given.matches("[a-z]{1,10}")) {
                response.setStatus(400);
                return;
            }
            String used = given;
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
