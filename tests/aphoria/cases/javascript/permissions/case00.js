// expect: file/permissions = world_writable
const fs = require('fs');
fs.chmodSync('data', 0o777);
