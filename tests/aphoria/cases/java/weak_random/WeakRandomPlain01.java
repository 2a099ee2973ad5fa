// expect: random/generator = prng
import javax.servlet.http.*;

public class WeakRandomPlain01 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            String token = Double.toString(Math.random()).substring(2);
            response.setHeader("X-Token", token);
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
