// expect: password_hash/pbkdf2/sha512/iterations = 1000
const crypto = require('crypto');
exports.h = (p, s) => crypto.pbkdf2Sync(p, s, 1000, 64, 'sha512');
