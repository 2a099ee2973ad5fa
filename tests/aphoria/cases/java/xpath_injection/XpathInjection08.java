// expect: nothing
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String[] slots = {"a", "b", "c"};
            slots[1] = given;
            String used = slots[2];
            XPath path = XPathFactory.newInstance().newXPath();
            String expression = "/people/person[@id='" + used + "']";
            path.evaluate(expression, new org.xml.sax.InputSource("people.xml"));
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
