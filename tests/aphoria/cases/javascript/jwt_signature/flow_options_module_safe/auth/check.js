const jwt = require('jsonwebtoken');
const { algorithms } = require('./options');
module.exports = (token, key) => jwt.verify(token, key, { algorithms, audience: 'a', issuer: 'b' });
