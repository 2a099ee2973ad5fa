// expect: nothing
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection07 extends HttpServlet {

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
            java.util.function.Function<String, String> change = text -> "fixed";
            String used = change.apply(given);
            InitialDirContext directory = new InitialDirContext();
            directory.search("ou=users,cn=" + used, "(uid={0})", new Object[] {"a"}, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
