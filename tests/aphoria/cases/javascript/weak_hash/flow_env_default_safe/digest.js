const crypto = require('crypto');
const { digest } = require('./settings');
module.exports = (text) => crypto.createHash(digest).update(text).digest('hex');
