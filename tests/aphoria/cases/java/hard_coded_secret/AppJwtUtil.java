// expect: secret/hard_coded/encryption_key = true
package net.example.shop.auth;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import java.util.Date;

public class AppJwtUtil {
    private static final String SECRET_KEY = "n2Xv7kQz4Lr9TwBpHd6MsYc1";

    public String issue(String user) {
        return Jwts.builder()
                .setSubject(user)
                .setExpiration(new Date(System.currentTimeMillis() + 900_000))
                .signWith(SignatureAlgorithm.HS256, SECRET_KEY)
                .compact();
    }
}
