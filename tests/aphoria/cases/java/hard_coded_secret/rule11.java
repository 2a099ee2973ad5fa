// expect: nothing
class A { String secretKey = System.getProperty("secret.key"); String a = "Algorithm.HMAC256('x')"; }
