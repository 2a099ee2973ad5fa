// expect: nothing
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class FlowBoolConst extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String[] many = request.getParameterValues("name");
            String given = many != null && many.length > 0 ? many[0] : "";
            boolean on = false;
            String used = "x";
            if (on) {
                used = given;
            }
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            db.createStatement().executeQuery("SELECT 1 FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
