// expect: nothing
const bcrypt = require('bcrypt');
exports.h = (p, h) => bcrypt.compare(p, h);
