// expect: injection/xpath = true
package example.xpathinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.xml.xpath.*;

public class XpathInjection03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "choice");
            String[] slots = {"a", "b", "c"};
            slots[1] = given;
            String used = slots[1];
            XPathFactory factory = XPathFactory.newInstance();
            XPath xp = factory.newXPath();
            xp.compile("//a[text()='" + used + "']");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }
}
