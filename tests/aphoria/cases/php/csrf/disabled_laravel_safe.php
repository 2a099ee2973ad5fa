<?php
// expect: nothing
class VerifyCsrfToken extends Middleware
{
    protected $except = [];
}
