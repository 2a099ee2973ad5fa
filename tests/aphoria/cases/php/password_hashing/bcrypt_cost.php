<?php
// expect: password_hash/bcrypt/cost = 5
function store(string $password): string
{
    return password_hash($password, PASSWORD_BCRYPT, ['cost' => 5]);
}
