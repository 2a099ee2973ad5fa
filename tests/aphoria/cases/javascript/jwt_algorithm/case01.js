// expect: nothing
const jwt = require('jsonwebtoken');
exports.read = (t, k) => jwt.verify(t, k, { algorithms: ['RS256'] });
exports.none = ['none'];
