// expect: nothing
import javax.crypto.spec.PBEKeySpec;
class A {
  Object a(char[] p, byte[] s) { return new PBEKeySpec(p, s, 600000, 256); }
}
