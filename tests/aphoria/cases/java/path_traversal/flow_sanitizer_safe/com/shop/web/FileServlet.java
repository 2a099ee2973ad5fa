package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Names;
import java.io.*;
public class FileServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            File file = new File("/srv/files", Names.clean(request.getParameter("name")));
            try (InputStream in = new FileInputStream(file)) { in.transferTo(response.getOutputStream()); }
        } catch (Exception e) { throw new IOException(e); }
    }
}
