// expect: temp_file/insecure = true
public class TempFilePlain00 {
    public Object run(String given) throws Exception {
        return new java.io.FileWriter("/tmp/" + "export.csv");
    }
}
