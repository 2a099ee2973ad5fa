<?php
// expect: nothing
function resetToken(): string
{
    return bin2hex(random_bytes(32)); // not mt_rand()
}

function banner(array $images)
{
    return $images[mt_rand(0, count($images) - 1)];
}
