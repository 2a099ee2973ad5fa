// expect: nothing
const https = require('https');
https.createServer({ minVersion: 'TLSv1.3' }, app).listen(443);
