// expect: nothing
package example.ldapinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class LdapInjection11 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getParameter("city");
            if (given == null) {
                given = "";
            }
            String used = given;
            javax.naming.directory.DirContext directory = new javax.naming.directory.InitialDirContext();
            directory.search("ou=users", "(uid={0})", new Object[] {used}, new javax.naming.directory.SearchControls());
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
