package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;

public class GoServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Redirects.go(response, request.getParameter("next"));
        } catch (Exception e) { throw new IOException(e); }
    }
}
