// expect: cipher/algorithm = des
const crypto = require('crypto');
exports.lock = (key, iv) => crypto.createCipheriv('des-cbc', key, iv);
