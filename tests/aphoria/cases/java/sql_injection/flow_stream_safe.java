// expect: nothing
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            List<String> values = Arrays.asList(request.getParameterValues("a"));
            String joined = values.stream().map(each -> String.valueOf(Integer.parseInt(each))).collect(Collectors.joining(","));
            Statement statement = DriverManager.getConnection("jdbc:h2:mem:x").createStatement();
            statement.executeQuery("select * from t where a = '" + joined + "'");
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
