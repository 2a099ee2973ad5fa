// expect: nothing
import javax.servlet.http.*;
import javax.xml.parsers.*;

public class XxePlain03 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.newDocumentBuilder().parse(request.getInputStream());
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
