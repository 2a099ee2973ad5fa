// expect: nothing
import javax.servlet.http.*;
import javax.xml.stream.*;

public class XxePlain04 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            XMLInputFactory factory = XMLInputFactory.newInstance();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, Boolean.FALSE);
            factory.setProperty("javax.xml.stream.isSupportingExternalEntities", false);
            factory.createXMLStreamReader(request.getInputStream());
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
