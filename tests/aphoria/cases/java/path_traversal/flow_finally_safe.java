// expect: nothing
import java.io.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import javax.servlet.http.*;

public class Servlet extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String name = "index.txt";
            try {
                name = request.getParameter("name");
            } finally {
                name = "other.txt";
            }
            try (FileReader reader = new FileReader("/srv/" + name)) { reader.read(); }
        } catch (SQLException | InterruptedException e) { throw new IOException(e); }
    }
}
