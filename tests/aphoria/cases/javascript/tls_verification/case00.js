// expect: tls/cert_verification/enabled = false
const https = require('https');
exports.agent = new https.Agent({ rejectUnauthorized: false });
