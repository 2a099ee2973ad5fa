// expect: nothing
import javax.servlet.http.*;

public class CookiePlain04 extends HttpServlet {
    private static void harden(Cookie cookie) {
        cookie.setSecure(true);
        cookie.setHttpOnly(true);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            Cookie cookie = new Cookie("id", "1");
            harden(cookie);
            response.addCookie(cookie);
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
