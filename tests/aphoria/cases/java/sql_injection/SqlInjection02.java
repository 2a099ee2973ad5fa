// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection02 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = request.getHeader("X-name");
            int n = 17;
            String used = (n * 3) - 40 > 5 ? given : "never";
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "{call " + used + "()}";
            CallableStatement call = db.prepareCall(text);
            call.execute();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
