package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.util.Forms;
import java.util.*;
import javax.naming.directory.*;
public class FindServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Map<String, String> form = Forms.read(request);
            DirContext context = new InitialDirContext();
            context.search("ou=people", "(uid=" + form.get("name") + ")", new SearchControls());
        } catch (Exception e) { throw new IOException(e); }
    }
}
