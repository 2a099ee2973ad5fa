package com.shop.util;
import java.util.*;
import javax.servlet.http.HttpServletRequest;
public class Forms {
    public static Map<String, String> read(HttpServletRequest request) {
        Map<String, String> form = new HashMap<>();
        form.put("name", request.getParameter("name"));
        form.put("role", "guest");
        return form;
    }
}
