// expect: secret/hard_coded/password = true
package net.example.shop.directory;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.directory.InitialDirContext;

public class AppLdapEnv {
    public InitialDirContext bind() throws Exception {
        Hashtable<String, String> env = new Hashtable<>();
        env.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        env.put(Context.PROVIDER_URL, "ldaps://ldap.internal:636");
        env.put(Context.SECURITY_PRINCIPAL, "cn=reader,dc=example,dc=net");
        env.put(Context.SECURITY_CREDENTIALS, "Kx7mPq2Zt9");
        return new InitialDirContext(env);
    }
}
