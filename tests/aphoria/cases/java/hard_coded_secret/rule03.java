// expect: nothing
class A { static final String ACCESS_TOKEN = "com.corp.access_token.v1"; }
