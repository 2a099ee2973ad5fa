// expect: nothing
const axios = require('axios');
module.exports = axios.create({ timeout: 3000 });
