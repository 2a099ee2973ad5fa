// expect: nothing
class A {
  void a(HttpSecurity http) throws Exception { http.csrf(Customizer.withDefaults()); }
}
