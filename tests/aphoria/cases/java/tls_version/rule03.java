// expect: nothing
import javax.net.ssl.SSLContext;
class A {
  void a() throws Exception { /* getInstance("TLSv1") */ SSLContext.getInstance("TLSv1.3"); }
}
