import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Properties;

/** What is stored of a customer's password. */
class Passwords {
    private final Properties settings = new Properties();

    Passwords() throws Exception {
        try (InputStream in = Passwords.class.getResourceAsStream("billing.properties")) {
            settings.load(in);
        }
    }

    byte[] stored(String password) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(settings.getProperty("password.digest"));
        return digest.digest(password.getBytes("UTF-8"));
    }
}
