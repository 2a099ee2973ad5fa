// expect: nothing
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("city=");
            String given = line.substring(at + "city=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            List<String> allowed = Arrays.asList("alpha", "beta");
            String used = "alpha";
            if (allowed.contains(given)) {
                used = given;
            }
            XPath path = XPathFactory.newInstance().newXPath();
            String expression = "/people/person[@id='" + used + "']";
            path.evaluate(expression, new org.xml.sax.InputSource("people.xml"));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
