// expect: nothing
package net.example.shop.directory;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.directory.InitialDirContext;

public class AppLdapEnvSafe {
    public InitialDirContext bind(char[] password) throws Exception {
        Hashtable<String, Object> env = new Hashtable<>();
        env.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        env.put(Context.PROVIDER_URL, "ldaps://ldap.internal:636");
        env.put(Context.SECURITY_PRINCIPAL, "cn=reader,dc=example,dc=net");
        env.put(Context.SECURITY_CREDENTIALS, new String(password));
        return new InitialDirContext(env);
    }
}
