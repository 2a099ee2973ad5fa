// expect: tls/hostname_verification/enabled = false
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.client.HttpClients;
class A {
  void a() { HttpClients.custom().setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE); }
}
