// expect: xss/unescaped_output = true
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String name = request.getParameter("name");
            java.util.function.Supplier<String> text = () -> name;
            response.getWriter().print("<b>" + text.get() + "</b>");
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
