// expect: nothing
const crypto = require('crypto');
exports.h = (p, s) => crypto.scryptSync(p, s, 64);
