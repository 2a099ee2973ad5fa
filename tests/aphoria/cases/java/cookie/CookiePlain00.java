// expect: cookie/secure = false
import javax.servlet.http.*;

public class CookiePlain00 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            Cookie cookie = new Cookie("id", "1");
            cookie.setSecure(false);
            cookie.setHttpOnly(true);
            response.addCookie(cookie);
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
