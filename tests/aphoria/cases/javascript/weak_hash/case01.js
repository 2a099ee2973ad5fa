// expect: nothing
const crypto = require('crypto');
const md5 = 'sha256';
module.exports = (t) => crypto.createHash(md5).update(t).digest('hex');
