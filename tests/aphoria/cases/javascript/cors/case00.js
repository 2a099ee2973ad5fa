// expect: cors/credentials_with_wildcard = true
const cors = require('cors');
module.exports = cors({ origin: true, credentials: true });
