// expect: cors/allow_origin = *
class A {
  void a(CorsRegistry r) { r.addMapping("/**").allowedOrigins("*"); }
}
