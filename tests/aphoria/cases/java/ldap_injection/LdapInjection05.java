// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection05 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "";
            for (Enumeration<String> names = request.getParameterNames(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (request.getParameter(name).equals("item")) {
                    given = name;
                    break;
                }
            }
            String used = "";
            for (int i = 0; i < 3; i++) {
                used = used + given.charAt(i);
            }
            InitialDirContext directory = new InitialDirContext();
            directory.search("ou=users,cn=" + used, "(uid={0})", new Object[] {"a"}, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
