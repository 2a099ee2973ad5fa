// expect: xml/external_entities/enabled = true
import javax.servlet.http.*;

public class XxePlain02 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            org.dom4j.io.SAXReader reader = new org.dom4j.io.SAXReader();
            reader.read(request.getInputStream());
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
