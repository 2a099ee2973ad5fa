// expect: injection/xpath = true
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("topic");
            String used = "x";
            try {
                used = given;
            } catch (RuntimeException ignored) {
                used = "y";
            } finally {
                response.setStatus(200);
            }
            XPath path = XPathFactory.newInstance().newXPath();
            String expression = "/people/person[@id='" + used + "']";
            path.evaluate(expression, new org.xml.sax.InputSource("people.xml"));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
