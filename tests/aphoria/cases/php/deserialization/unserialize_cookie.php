<?php
// expect: deserialization/untrusted = true
class Cart
{
    public static function restore()
    {
        return unserialize(base64_decode($_COOKIE['cart']));
    }
}
