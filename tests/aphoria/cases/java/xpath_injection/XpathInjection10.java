// expect: nothing
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection10 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("item");
            String used = DEFAULT_MODE.equals("on") ? "on" : given;
            XPath path = XPathFactory.newInstance().newXPath();
            String expression = "/people/person[@id='" + used + "']";
            path.evaluate(expression, new org.xml.sax.InputSource("people.xml"));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static final String DEFAULT_MODE = "on";
}
