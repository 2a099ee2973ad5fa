// expect: csrf/protection/enabled = false
class A {
  void a(HttpSecurity http) throws Exception { http.csrf().disable(); }
}
