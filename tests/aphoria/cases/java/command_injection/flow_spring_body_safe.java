// expect: nothing
import org.springframework.web.bind.annotation.*;
@RestController
public class Convert {
    record Job(String file, int size) {}
    @PostMapping("/convert")
    public int convert(@RequestBody Job job) throws Exception {
        return Runtime.getRuntime().exec("convert -resize " + job.size() + " x").waitFor();
    }
}
