// expect: timeout/seconds = 0
const axios = require('axios');
module.exports = axios.create({ timeout: 0 });
