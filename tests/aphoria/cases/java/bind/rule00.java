// expect: bind/address = any
import java.net.InetSocketAddress;
class A {
  Object a() { return new InetSocketAddress("0.0.0.0", 80); }
}
