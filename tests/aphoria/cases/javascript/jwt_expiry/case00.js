// expect: jwt/expiry/verified = false
const jwt = require('jsonwebtoken');
exports.read = (t, k) => jwt.verify(t, k, { algorithms: ['RS256'], ignoreExpiration: true });
