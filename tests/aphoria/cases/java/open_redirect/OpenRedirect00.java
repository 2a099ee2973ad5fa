// expect: redirect/open = true
package example.openredirect;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class OpenRedirect00 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            String used = given;
            response.sendRedirect(used);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
