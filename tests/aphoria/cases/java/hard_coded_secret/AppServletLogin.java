// expect: secret/hard_coded/password = true
package net.example.shop.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

public class AppServletLogin extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String given = request.getParameter("password");
        if ("Wq8!zKp3Lm5x".equals(given)) {
            response.setStatus(204);
            return;
        }
        response.sendError(403);
    }
}
