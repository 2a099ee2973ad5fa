const crypto = require('crypto');
const settings = require('../config/default.json');
module.exports = (text) => crypto.createHash(settings.security.digest).update(text).digest('hex');
