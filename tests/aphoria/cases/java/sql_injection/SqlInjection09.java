// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;
import java.sql.*;

public class SqlInjection09 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("topic");
            String given = many != null && many.length > 0 ? many[0] : "";
            String used;
            int n = 86;
            if ((7 * 42) - n > 200) {
                used = "kept";
            } else {
                used = given;
            }
            Connection db = DriverManager.getConnection("jdbc:h2:mem:a");
            String text = "{call " + used + "()}";
            CallableStatement call = db.prepareCall(text);
            call.execute();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
