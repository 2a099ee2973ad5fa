// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = "none";
            Cookie[] jar = request.getCookies();
            if (jar != null) {
                for (Cookie each : jar) {
                    if (each.getName().equals("name")) {
                        given = java.net.URLDecoder.decode(each.getValue(), "UTF-8");
                        break;
                    }
                }
            }
            String[] parts = given.split(" ");
            String used = parts[0];
            DirContext directory = new InitialDirContext();
            String filter = "(&(objectclass=person)(uid=" + used + "))";
            directory.search("ou=users", filter, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
