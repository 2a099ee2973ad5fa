// expect: nothing
const mysql = require('mysql2/promise')

module.exports = mysql.createPool({
  host: process.env.DB_HOST || 'localhost',
  user: process.env.DB_USER || 'shop',
  password: process.env.DB_PASSWORD,
  database: 'shop',
  connectionLimit: 10
})
module.exports.messages = { password: 'Password must have 12 characters', passwordHint: 'at least 1 digit' }
