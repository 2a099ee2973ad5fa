<?php
// expect: nothing
$rules = ['password' => 'required|min:12|confirmed'];
$labels = ['password' => 'Enter your password (12 characters)'];
$pdo = new PDO(getenv('DSN'), getenv('DB_USER'), getenv('DB_PASSWORD'));
