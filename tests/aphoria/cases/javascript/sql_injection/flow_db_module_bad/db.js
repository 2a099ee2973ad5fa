const mysql = require('mysql2/promise');
const pool = mysql.createPool({ host: 'localhost' });

async function findUser(name) {
  const [rows] = await pool.query(`SELECT * FROM users WHERE name = '${name}'`);
  return rows;
}

module.exports = { findUser };
