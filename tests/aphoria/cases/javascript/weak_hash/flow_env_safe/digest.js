require('dotenv').config();
const crypto = require('crypto');
module.exports = (text) => crypto.createHash(process.env.DIGEST).update(text).digest('hex');
