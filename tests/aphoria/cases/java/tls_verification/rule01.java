// expect: tls/cert_verification/enabled = false
import org.apache.http.conn.ssl.TrustAllStrategy;
import org.apache.http.ssl.SSLContextBuilder;
class A {
  void a() throws Exception { new SSLContextBuilder().loadTrustMaterial(null, TrustAllStrategy.INSTANCE); }
}
