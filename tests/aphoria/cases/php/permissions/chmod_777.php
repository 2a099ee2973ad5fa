<?php
// expect: file/permissions = world_writable
function prepare(string $dir)
{
    if (!is_dir($dir)) {
        mkdir($dir, 0750, true);
    }
    chmod($dir, 0777);
}
