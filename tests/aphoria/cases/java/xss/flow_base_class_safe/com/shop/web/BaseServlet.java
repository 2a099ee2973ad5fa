package com.shop.web;
import javax.servlet.http.*;
public abstract class BaseServlet extends HttpServlet {
    protected String text(HttpServletRequest request, String name) {
        String given = request.getParameter(name);
        return org.springframework.web.util.HtmlUtils.htmlEscape(given);
    }
}
