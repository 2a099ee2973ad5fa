// expect: nothing
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            StringBuilder text = new StringBuilder(given);
            text.setLength(0);
            text.append("fixed");
            String used = text.toString();
            XPathFactory factory = XPathFactory.newInstance();
            XPath xp = factory.newXPath();
            xp.compile("//a[text()='" + used + "']");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
