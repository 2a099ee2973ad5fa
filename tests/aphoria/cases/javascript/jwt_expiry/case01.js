// expect: nothing
const jwt = require('jsonwebtoken');
exports.make = (id, k) => jwt.sign({ id }, k, { algorithm: 'RS256', expiresIn: '10m' });
