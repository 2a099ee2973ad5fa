const crypto = require('crypto');
const config = require('./config');
module.exports = (text) => crypto.createHash(config.digest).update(text).digest('hex');
