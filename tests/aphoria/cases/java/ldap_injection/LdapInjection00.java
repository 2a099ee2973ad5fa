// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-item");
            String used = (given + "_tail").substring(0, given.length());
            DirContext directory = new InitialDirContext();
            String filter = "(&(objectclass=person)(uid=" + used + "))";
            directory.search("ou=users", filter, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
