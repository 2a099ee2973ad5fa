<?php
// expect: secret/hard_coded/password = true
$pdo = new PDO('mysql:host=db.internal;dbname=shop', 'shop', 'kT8zRq1Nw4v', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
