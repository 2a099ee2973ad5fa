package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.service.UserService;
public class UserServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            UserService service = new UserService();
            response.setStatus(service.login(request.getParameter("user"), request.getParameter("pin")) ? 200 : 403);
        } catch (Exception e) { throw new IOException(e); }
    }
}
