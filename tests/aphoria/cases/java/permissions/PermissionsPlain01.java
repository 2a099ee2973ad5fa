// expect: file/permissions = world_writable
import java.nio.file.attribute.PosixFilePermissions;
public class PermissionsPlain01 {
    public Object run(String given) throws Exception {
        String mode = "rwxrwxrwx";
        return PosixFilePermissions.fromString(mode);
    }
}
