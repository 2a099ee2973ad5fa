// expect: tls/version/offered = 1
import javax.net.ssl.SSLContext;
class A {
  void a() throws Exception { SSLContext.getInstance("TLSv1"); }
}
