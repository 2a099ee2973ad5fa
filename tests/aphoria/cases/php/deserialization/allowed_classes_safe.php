<?php
// expect: nothing
class Cart
{
    public static function restore()
    {
        // unserialize($_COOKIE['cart']) would build any object
        return json_decode($_COOKIE['cart'], true);
    }

    public static function cached(string $bytes)
    {
        return unserialize($bytes, ['allowed_classes' => false]);
    }
}
