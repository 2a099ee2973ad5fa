// expect: password_hash/pbkdf2/iterations = 1000
import javax.crypto.spec.PBEKeySpec;
class A {
  Object a(char[] p, byte[] s) { return new PBEKeySpec(p, s, 1000, 256); }
}
