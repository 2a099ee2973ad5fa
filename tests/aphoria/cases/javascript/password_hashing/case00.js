// expect: password_hash/bcrypt/cost = 5
const bcrypt = require('bcrypt');
exports.h = (p) => bcrypt.hash(p, 5);
