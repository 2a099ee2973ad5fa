// expect: nothing
class A {
  // NoOpPasswordEncoder.getInstance()
  String a = "NoOpPasswordEncoder.getInstance()";
}
