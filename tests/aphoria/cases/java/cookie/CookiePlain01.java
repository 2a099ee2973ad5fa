// expect: cookie/secure = false
import javax.servlet.http.*;

public class CookiePlain01 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            boolean plain = !true;
            Cookie cookie = new Cookie("id", "1");
            cookie.setHttpOnly(true);
            cookie.setSecure(plain);
            cookie.setPath(request.getRequestURI());
            response.addCookie(cookie);
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
