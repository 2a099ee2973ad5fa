// expect: file/permissions = world_writable
public class PermissionsPlain00 {
    public Object run(String given) throws Exception {
        java.io.File file = new java.io.File("export.csv");
        file.setWritable(true, false);
        return file;
    }
}
