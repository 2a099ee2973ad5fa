// expect: injection/xpath = true
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String line = request.getQueryString();
            int at = line.indexOf("item=");
            String given = line.substring(at + "item=".length());
            given = java.net.URLDecoder.decode(given, "UTF-8");
            String used = "";
            int left = 2;
            while (left > 0) {
                used += given;
                left--;
            }
            XPath path = XPathFactory.newInstance().newXPath();
            String expression = "/people/person[@id='" + used + "']";
            path.evaluate(expression, new org.xml.sax.InputSource("people.xml"));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
