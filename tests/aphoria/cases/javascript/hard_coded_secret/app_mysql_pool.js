// expect: secret/hard_coded/password = true
const mysql = require('mysql2/promise')

module.exports = mysql.createPool({
  host: 'db.internal',
  user: 'shop',
  password: 'Zk4!wRt8Qm2x',
  database: 'shop',
  connectionLimit: 10
})
