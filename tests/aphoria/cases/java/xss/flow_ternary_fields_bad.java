// expect: xss/unescaped_output = true
import java.io.IOException;
import javax.servlet.http.*;
public class Page extends HttpServlet {
    private static class View {
        private String title = "Shop";
        View title(String title) { this.title = title; return this; }
        String html() { return "<h1>" + title + "</h1>"; }
    }
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String title = request.getParameter("title");
        View view = new View().title(title == null ? "none" : title);
        response.getWriter().println(view.html());
    }
}
