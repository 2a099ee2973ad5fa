// expect: nothing
import javax.net.ssl.SSLContext;
class A {
  void a() throws Exception { SSLContext.getInstance("TLS"); }
}
