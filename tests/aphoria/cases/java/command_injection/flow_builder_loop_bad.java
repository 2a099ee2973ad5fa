// expect: injection/command = true
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            StringBuilder line = new StringBuilder("ls");
            for (String each : request.getParameterValues("dir")) {
                line.append(' ').append(each);
            }
            Runtime.getRuntime().exec(line.toString());
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
