// expect: injection/sql = true
const express = require('express');
const mysql = require('mysql2/promise');
const pool = mysql.createPool({ host: 'db' });
const app = express();

app.get('/x/:id', async (req, res) => {
  const { id } = req.params;
  const [rows] = await pool.query(`SELECT * FROM t WHERE id = '${id}'`);
  res.json(rows);
});

app.listen(3000, '127.0.0.1');
