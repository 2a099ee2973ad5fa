// expect: nothing
const https = require('https');
const fs = require('fs');
exports.agent = new https.Agent({ ca: fs.readFileSync('ca.pem'), rejectUnauthorized: true });
