<?php
// expect: nothing
function store(string $password): string
{
    // not md5($password)
    return password_hash($password, PASSWORD_ARGON2ID);
}
