// expect: nothing
class A {
  String any = "0.0.0.0";
}
