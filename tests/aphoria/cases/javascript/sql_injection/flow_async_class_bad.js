// expect: injection/sql = true
const express = require('express');
const mysql = require('mysql2/promise');
class Items {
  #pool = mysql.createPool({ host: 'db' });
  async find(kind) {
    const sql = ['select * from item', 'where kind =', `'${kind}'`].join(' ');
    return this.#pool.query(sql);
  }
}
const items = new Items();
const app = express();
app.get('/x', async (req, res) => res.json(await items.find(req.query.kind)));
