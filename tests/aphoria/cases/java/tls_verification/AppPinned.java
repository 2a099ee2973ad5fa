// expect: nothing
package net.example.shop.client;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;

public class AppPinned implements X509TrustManager, HostnameVerifier {
    private final byte[] pin;
    private final X509TrustManager inner;

    AppPinned(byte[] pin, X509TrustManager inner) {
        this.pin = pin;
        this.inner = inner;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        inner.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (!Arrays.equals(pin, chain[0].getSignature())) {
            throw new CertificateException("another certificate");
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return inner.getAcceptedIssuers();
    }

    @Override
    public boolean verify(String host, SSLSession session) {
        if (!host.endsWith(".internal")) {
            return false;
        }
        return HttpsURLConnection.getDefaultHostnameVerifier().verify(host, session);
    }
}
