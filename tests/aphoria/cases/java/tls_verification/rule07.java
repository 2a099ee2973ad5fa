// expect: nothing
class A {
  // c.setHostnameVerifier((h, s) -> true);
  String a = "setHostnameVerifier((h, s) -> true)";
}
