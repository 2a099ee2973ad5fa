<?php
// expect: nothing
function remember(string $id)
{
    setcookie('sid', $id, ['expires' => time() + 3600, 'path' => '/', 'secure' => true, 'httponly' => true, 'samesite' => 'Strict']);
}
