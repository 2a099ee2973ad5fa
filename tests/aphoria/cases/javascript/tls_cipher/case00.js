// expect: tls/cipher/component = rc4
const tls = require('tls');
exports.o = tls.createSecureContext({ ciphers: 'HIGH:RC4-SHA' });
