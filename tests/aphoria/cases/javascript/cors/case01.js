// expect: nothing
const cors = require('cors');
module.exports = cors({ origin: ['https://a.example'], credentials: true });
