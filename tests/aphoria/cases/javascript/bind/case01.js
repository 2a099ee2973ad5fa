// expect: nothing
const app = require('express')();
app.listen(8080, 'localhost');
