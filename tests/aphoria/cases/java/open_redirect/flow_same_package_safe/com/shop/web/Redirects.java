package com.shop.web;
import javax.servlet.http.HttpServletResponse;
class Redirects {
    static void go(HttpServletResponse response, String target) throws java.io.IOException {
        response.sendRedirect(target);
    }
}
