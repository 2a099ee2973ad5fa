// expect: injection/sql = true
import java.sql.*;
import javax.ws.rs.*;
@Path("/items")
public class Items {
    private Connection connection;
    @GET
    @Path("/{id}")
    public String get(@PathParam("id") String id) throws SQLException {
        return connection.createStatement().executeQuery("select name from item where id = " + id).toString();
    }
}
