// expect: injection/xpath = true
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("item");
            if (given == null) {
                given = "";
            }
            String used = second(first(given));
            XPathFactory factory = XPathFactory.newInstance();
            XPath xp = factory.newXPath();
            xp.compile("//a[text()='" + used + "']");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String first(String text) {
        return "<" + text;
    }

    private String second(String text) {
        return text + ">";
    }
}
