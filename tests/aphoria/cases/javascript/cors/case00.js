// expect: cors/credentials_with_wildcard = true; cors/allow_origin = reflected
const cors = require('cors');
module.exports = cors({ origin: true, credentials: true });
