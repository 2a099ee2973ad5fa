// expect: nothing
package net.example.shop.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

public class AppServletLoginSafe extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String given = request.getParameter("password");
        String action = request.getParameter("password-action");
        if ("reset-by-mail-2".equals(action)) {
            response.setStatus(204);
            return;
        }
        response.sendError(Accounts.matches(request.getRemoteUser(), given) ? 200 : 403);
    }
}
