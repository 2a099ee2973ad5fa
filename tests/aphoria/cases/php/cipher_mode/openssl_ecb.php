<?php
// expect: cipher/mode = ecb
function seal(string $text, string $key): string
{
    return base64_encode(openssl_encrypt($text, 'AES-128-ECB', $key, OPENSSL_RAW_DATA));
}
