// expect: password_hash/pbkdf2/iterations = 500
import javax.crypto.spec.PBEKeySpec;
class A {
  static final int N = 500;
  Object a(char[] p, byte[] s) { return new PBEKeySpec(p, s, N); }
}
