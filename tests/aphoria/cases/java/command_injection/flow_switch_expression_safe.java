// expect: nothing
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String mode = request.getParameter("mode");
            String line = switch (mode) {
                case "full" -> "backup --full";
                case "fast" -> "backup --fast";
                default -> "backup";
            };
            Runtime.getRuntime().exec(line);
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
