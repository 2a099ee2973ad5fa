// expect: nothing
package example.deserialization;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class Deserialization06 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            String given = readField(request, "city");
            List<String> fixed = Arrays.asList("a", "b");
            String used = fixed.stream().filter(each -> !each.isEmpty()).findFirst().orElse("c");
            byte[] bytes = java.util.Base64.getDecoder().decode(used);
            ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes));
            in.readObject();
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }

    private String readField(HttpServletRequest from, String name) {
        String raw = from.getParameter(name);
        return raw == null ? "" : raw.trim();
    }
}
