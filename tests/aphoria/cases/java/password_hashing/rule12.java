// expect: nothing
import javax.crypto.spec.PBEKeySpec;
class A {
  Object a(char[] p) { return new PBEKeySpec(p); /* new PBEKeySpec(p, s, 1000) */ }
}
