// expect: nothing
const crypto = require('crypto');
const bits = 1024;
exports.pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
