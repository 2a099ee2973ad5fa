package com.shop.web;
import java.io.IOException;
import javax.servlet.http.*;
import com.shop.data.ItemDao;
public class ItemServlet extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String id = request.getParameter("id");
            response.getWriter().println(ItemDao.find(id).size());
        } catch (Exception e) { throw new IOException(e); }
    }
}
