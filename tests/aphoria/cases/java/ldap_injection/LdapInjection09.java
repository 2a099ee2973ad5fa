// expect: nothing
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection09 extends HttpServlet {

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
            String used = String.valueOf(Integer.parseInt(given));
            InitialDirContext directory = new InitialDirContext();
            directory.search("ou=users,cn=" + used, "(uid={0})", new Object[] {"a"}, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
