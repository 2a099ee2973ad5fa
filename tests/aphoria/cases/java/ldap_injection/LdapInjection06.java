// expect: nothing
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            Enumeration<String> all = request.getHeaders("X-city");
            if (all != null && all.hasMoreElements()) {
                given = all.nextElement();
            }
            given = java.net.URLDecoder.decode(given, "UTF-8");
            List<String> fixed = Arrays.asList("a", "b");
            String used = fixed.stream().filter(each -> !each.isEmpty()).findFirst().orElse("c");
            DirContext directory = new InitialDirContext();
            String filter = "(&(objectclass=person)(uid=" + used + "))";
            directory.search("ou=users", filter, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
