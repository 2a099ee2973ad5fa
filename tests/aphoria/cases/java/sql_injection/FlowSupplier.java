// expect: injection/sql = true
package example.sqlinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class FlowSupplier extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            java.util.function.Supplier<String> s = () -> given2(given);
            String used = s.get();
            java.sql.Connection db = java.sql.DriverManager.getConnection("jdbc:h2:mem:a");
            db.createStatement().executeQuery("SELECT 1 FROM t WHERE a = '" + used + "'");
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private static String given2(String t) {
        return t;
    }
}
