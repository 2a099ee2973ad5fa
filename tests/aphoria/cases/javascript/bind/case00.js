// expect: bind/address = any
const app = require('express')();
app.listen(8080, '0.0.0.0');
