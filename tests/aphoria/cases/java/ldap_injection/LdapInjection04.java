// expect: injection/ldap = true
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection04 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Map<String, String[]> fields = request.getParameterMap();
            String given = "";
            if (!fields.isEmpty()) {
                String[] found = fields.get("topic");
                if (found != null) {
                    given = found[0];
                }
            }
            java.util.function.Function<String, String> change = text -> text.trim();
            String used = change.apply(given);
            DirContext directory = new InitialDirContext();
            String filter = "(&(objectclass=person)(uid=" + used + "))";
            directory.search("ou=users", filter, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
