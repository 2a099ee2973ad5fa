// expect: nothing
const crypto = require('crypto');
exports.lock = (key, iv) => crypto.createCipheriv('aes-256-gcm', key, iv);
exports.old = 'des-cbc';
