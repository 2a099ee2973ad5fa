// expect: nothing
import org.springframework.web.bind.annotation.CrossOrigin;
// @CrossOrigin(origins = "*")
@CrossOrigin(origins = "https://a.corp.io")
class A { }
