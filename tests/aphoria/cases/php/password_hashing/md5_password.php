<?php
// expect: password_hash/algorithm = md5; hash/algorithm = md5
function register(PDO $db, string $user, string $password)
{
    $statement = $db->prepare('INSERT INTO users (name, password) VALUES (?, ?)');
    $statement->execute([$user, md5($password)]);
}
