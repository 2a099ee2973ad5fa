<?php
// expect: hash/algorithm = sha1
class Token
{
    public function make(string $secret, int $id): string
    {
        return hash('sha1', $secret . ':' . $id);
    }
}
