const express = require('express');
const db = require('./db');
const app = express();

app.get('/user', async (req, res) => {
  res.json(await db.findUser(req.query.name));
});
