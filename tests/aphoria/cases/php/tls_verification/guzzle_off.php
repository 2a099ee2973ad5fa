<?php
// expect: tls/cert_verification/enabled = false
use GuzzleHttp\Client;

$client = new Client([
    'base_uri' => 'https://erp.internal/',
    'timeout' => 4.0,
    'verify' => false,
]);
