package com.shop.xml;
import javax.xml.xpath.*;
public class Lookup {
    public static String name(String id) throws Exception {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return xpath.evaluate("/people/person[@id='" + id + "']/name", Store.document());
    }
}
