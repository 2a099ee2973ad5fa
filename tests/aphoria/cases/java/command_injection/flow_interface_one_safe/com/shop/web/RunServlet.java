package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.job.*;
public class RunServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Job job = Jobs.create();
            String text = job.prepare(request.getParameter("name"));
            new ProcessBuilder("sh", "-c", text).start();
        } catch (Exception e) { throw new IOException(e); }
    }
}
