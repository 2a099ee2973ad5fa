package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Hash;
public class SumServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            response.setHeader("X-Token", Hash.hex("SHA-256", "page"));
        } catch (Exception e) { throw new IOException(e); }
    }
}
