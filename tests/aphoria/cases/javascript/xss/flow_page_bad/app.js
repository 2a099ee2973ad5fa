const express = require('express');
const page = require('./page');
const app = express();

app.get('/hello', (req, res) => {
  res.send(page(req.query.name));
});
