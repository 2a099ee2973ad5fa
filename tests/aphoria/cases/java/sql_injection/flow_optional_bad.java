// expect: injection/sql = true
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String value = Optional.ofNullable(request.getParameter("a")).filter(each -> !each.isEmpty()).orElse("none");
            Statement statement = DriverManager.getConnection("jdbc:h2:mem:x").createStatement();
            statement.executeQuery("select * from t where a = '" + value + "'");
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
