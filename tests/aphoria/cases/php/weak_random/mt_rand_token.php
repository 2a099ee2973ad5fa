<?php
// expect: random/generator = prng
function resetToken(): string
{
    $token = '';
    for ($i = 0; $i < 32; $i++) {
        $token .= dechex(mt_rand(0, 15));
    }
    return $token;
}
