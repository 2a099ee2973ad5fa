// expect: cors/allow_origin = *
import org.springframework.web.bind.annotation.CrossOrigin;
@CrossOrigin(origins = "*")
class A { }
