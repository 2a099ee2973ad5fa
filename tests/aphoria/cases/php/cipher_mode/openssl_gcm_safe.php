<?php
// expect: nothing
function seal(string $text, string $key): string
{
    $iv = random_bytes(12);
    $tag = '';
    // 'AES-128-ECB' shows equal blocks
    return $iv . openssl_encrypt($text, 'aes-256-gcm', $key, OPENSSL_RAW_DATA, $iv, $tag) . $tag;
}
