// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection01 extends HttpServlet {

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
            String used = given.replace("q", "r").toLowerCase();
            InitialDirContext directory = new InitialDirContext();
            directory.search("ou=users,cn=" + used, "(uid={0})", new Object[] {"a"}, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
