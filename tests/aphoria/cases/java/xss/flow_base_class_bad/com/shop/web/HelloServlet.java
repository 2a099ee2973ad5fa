package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
public class HelloServlet extends BaseServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html");
        response.getWriter().println("<p>Hello " + text(request, "name") + "</p>");
    }
}
