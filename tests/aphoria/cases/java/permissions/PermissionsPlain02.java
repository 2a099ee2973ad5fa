// expect: nothing
public class PermissionsPlain02 {
    public Object run(String given) throws Exception {
        java.io.File file = new java.io.File("export.csv");
        file.setWritable(true, true);
        return file;
    }
}
