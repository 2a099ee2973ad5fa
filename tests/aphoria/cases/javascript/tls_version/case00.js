// expect: tls/version/minimum = 1
const https = require('https');
https.createServer({ minVersion: 'TLSv1' }, app).listen(443);
