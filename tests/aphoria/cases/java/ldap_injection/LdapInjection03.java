// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection03 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("choice");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used = Arrays.asList("a", given).stream().filter(each -> each.length() > 1).findFirst().orElse("");
            InitialDirContext directory = new InitialDirContext();
            directory.search("ou=users,cn=" + used, "(uid={0})", new Object[] {"a"}, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
