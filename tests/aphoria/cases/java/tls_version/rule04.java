// expect: nothing
import javax.net.ssl.SSLContext;
class A {
  void a(String v) throws Exception { SSLContext.getInstance(v); String b = "TLSv1"; }
}
