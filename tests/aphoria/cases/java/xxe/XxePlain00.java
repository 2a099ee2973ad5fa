// expect: xml/external_entities/enabled = true
import javax.servlet.http.*;
import javax.xml.parsers.*;

public class XxePlain00 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.parse(request.getInputStream());
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
