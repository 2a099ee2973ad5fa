// expect: nothing
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Deque<String> queue = new ArrayDeque<>();
            queue.addLast("constant");
            queue.addLast(request.getParameter("a"));
            queue.addLast("last");
            queue.removeFirst();
            String chosen = queue.getLast();
            Statement statement = DriverManager.getConnection("jdbc:h2:mem:x").createStatement();
            statement.executeQuery("select * from t where a = '" + chosen + "'");
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
