// expect: nothing
const crypto = require('crypto');
// never aes-256-ecb
exports.lock = (key, iv) => crypto.createCipheriv('aes-256-ctr', key, iv);
