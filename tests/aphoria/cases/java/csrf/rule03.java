// expect: nothing
class A {
  // http.csrf().disable();
  void a(HttpSecurity http) throws Exception { http.headers().disable(); }
}
