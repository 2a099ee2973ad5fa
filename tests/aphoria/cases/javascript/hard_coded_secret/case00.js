// expect: secret/hard_coded/encryption_key = true
const session = require('express-session');
module.exports = session({ secret: 'tq8-Zebra-11', resave: false });
