/* expect: secret/hard_coded/password = true */
#include <mysql/mysql.h>

MYSQL *login(MYSQL *m)
{
    return mysql_real_connect(m, "db.internal", "billing", "vR7pQ2xLm9", "billing", 3306, NULL, 0);
}
