<?php
// expect: nothing
use GuzzleHttp\Client;

// 'verify' => false is for nobody
$client = new Client([
    'base_uri' => 'https://erp.internal/',
    'timeout' => 4.0,
    'verify' => '/etc/ssl/ours.pem',
]);
$rules = ['email' => ['verify' => 'dns']];
