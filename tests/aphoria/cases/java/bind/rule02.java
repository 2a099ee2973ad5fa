// expect: nothing
import java.net.InetSocketAddress;
class A {
  Object a() { return new InetSocketAddress("127.0.0.1", 80); /* "0.0.0.0" */ }
}
