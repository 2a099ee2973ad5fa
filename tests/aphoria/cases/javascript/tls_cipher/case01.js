// expect: nothing
const tls = require('tls');
exports.o = tls.createSecureContext({ ciphers: 'HIGH:!RC4:!aNULL' });
