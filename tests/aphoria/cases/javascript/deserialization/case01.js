// expect: nothing
const express = require('express');
const serialize = require('node-serialize');
const app = express();

app.get('/x/:id', async (req, res) => {
  const state = serialize.serialize(JSON.parse(req.cookies.state));
  res.end();
});

app.listen(3000, '127.0.0.1');
