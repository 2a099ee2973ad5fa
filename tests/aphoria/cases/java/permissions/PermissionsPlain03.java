// expect: nothing
import java.nio.file.attribute.PosixFilePermissions;
public class PermissionsPlain03 {
    public Object run(String given) throws Exception {
        return PosixFilePermissions.fromString("rw-------");
    }
}
