// expect: xml/external_entities/enabled = true
import javax.servlet.http.*;

public class XxePlain01 extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws java.io.IOException {
        try {
            javax.xml.parsers.SAXParser parser = javax.xml.parsers.SAXParserFactory.newInstance().newSAXParser();
            parser.parse(request.getInputStream(), new org.xml.sax.helpers.DefaultHandler());
        } catch (Exception problem) {
            response.setStatus(500);
        }
    }
}
