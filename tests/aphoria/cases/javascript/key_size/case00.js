// expect: key/rsa/bits = 1024
const crypto = require('crypto');
const bits = 1024;
exports.pair = crypto.generateKeyPairSync('rsa', { modulusLength: bits });
