// expect: nothing
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import javax.naming.directory.*;

public class LdapInjection08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("choice");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used = given;
            used = "fixed";
            DirContext directory = new InitialDirContext();
            String filter = "(&(objectclass=person)(uid=" + used + "))";
            directory.search("ou=users", filter, new SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
