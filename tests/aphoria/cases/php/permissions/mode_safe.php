<?php
// expect: nothing
function prepare(string $dir)
{
    mkdir($dir, 0750, true); // never 0777
    chmod("$dir/key.pem", 0600);
}
