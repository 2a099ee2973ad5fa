// expect: cipher/mode = ecb
const crypto = require('crypto');
exports.lock = (key) => crypto.createCipheriv('aes-256-ecb', key, null);
