// expect: nothing
class A {
  void a(CorsRegistry r) { r.addMapping("*").allowedOrigins("https://a.corp.io"); }
}
