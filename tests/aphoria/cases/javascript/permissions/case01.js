// expect: nothing
const fs = require('fs');
fs.chmodSync('data', 0o700);
