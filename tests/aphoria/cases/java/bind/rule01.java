// expect: bind/address = any
import java.net.*;
class A {
  Object a() throws Exception { return new ServerSocket(80, 5, InetAddress.getByName("0.0.0.0")); }
}
