<?php
// expect: secret/hard_coded/password = true
define('DB_NAME', 'shop');
define('DB_USER', 'shop');
define('DB_PASSWORD', 'kT8!zRq1Nw4v');
define('DB_HOST', 'db.internal');
$table_prefix = 'wp_';
