// expect: nothing
import javax.crypto.spec.PBEKeySpec;
class A {
  Object a(char[] p, byte[] s, int n) { return new PBEKeySpec(p, s, n, 256); }
}
