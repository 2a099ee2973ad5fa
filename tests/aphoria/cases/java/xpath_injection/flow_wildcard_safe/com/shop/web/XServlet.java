package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.xml.*;
public class XServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Lookup.name(String.valueOf(Integer.parseInt(request.getParameter("id"))));
        } catch (Exception e) { throw new IOException(e); }
    }
}
