// expect: nothing
package example.commandinjection;

import java.io.*;
import java.util.*;
import javax.servlet.*;
import javax.servlet.http.*;

public class CommandInjection08 extends HttpServlet {

    @Override
    public void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            BufferedReader reader = request.getReader();
            String given = reader.readLine();
            Map<String, String> store = new LinkedHashMap<>();
            store.put("k", given);
            store.put("k", "fixed");
            String used = store.get("k");
            String[] command = {"/bin/sh", "-c", "lookup " + used};
            Runtime runtime = Runtime.getRuntime();
            runtime.exec(command);
        } catch (Exception problem) {
            throw new ServletException(problem);
        }
    }
}
