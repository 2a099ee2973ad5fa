<?php
// expect: cipher/algorithm = des
function seal(string $text, string $key, string $iv): string
{
    return openssl_encrypt($text, 'DES-CBC', $key, OPENSSL_RAW_DATA, $iv);
}
