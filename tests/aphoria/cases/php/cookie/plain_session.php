<?php
// expect: cookie/http_only = false; cookie/secure = false
function remember(string $id)
{
    setcookie('sid', $id, ['expires' => time() + 3600, 'path' => '/', 'secure' => false, 'httponly' => false, 'samesite' => 'Lax']);
}
