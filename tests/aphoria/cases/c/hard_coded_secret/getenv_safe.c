/* expect: nothing */
#include <mysql/mysql.h>
#include <stdlib.h>

static const char password_prompt[] = "Password for billing: ";

MYSQL *login(MYSQL *m)
{
    const char *password = getenv("BILLING_PASSWORD");
    return mysql_real_connect(m, "db.internal", "billing", password, "billing", 3306, NULL, 0);
}
