package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;

public class GoServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Redirects.go(response, request.getContextPath() + "/home");
        } catch (Exception e) { throw new IOException(e); }
    }
}
