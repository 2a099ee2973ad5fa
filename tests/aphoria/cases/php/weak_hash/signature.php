<?php
// expect: hash/algorithm = md5
function sign(array $data, string $secret): string
{
    ksort($data);
    return strtoupper(md5(http_build_query($data) . $secret));
}
