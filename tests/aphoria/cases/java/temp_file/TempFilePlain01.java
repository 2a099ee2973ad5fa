// expect: nothing
public class TempFilePlain01 {
    public Object run(String given) throws Exception {
        return java.nio.file.Files.createTempFile("export", ".csv");
    }
}
