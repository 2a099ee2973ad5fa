package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Inputs;
public class PingServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String host = Inputs.host(request);
            Runtime.getRuntime().exec("ping -c 1 " + host);
        } catch (Exception e) { throw new IOException(e); }
    }
}
