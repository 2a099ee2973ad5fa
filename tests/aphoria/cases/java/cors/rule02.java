// expect: cors/allow_origin = *
class A {
  void a(javax.servlet.http.HttpServletResponse r) { r.setHeader("Access-Control-Allow-Origin", "*"); }
}
