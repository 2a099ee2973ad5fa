// expect: log/secret = true
const express = require('express');

const app = express();

app.get('/x/:id', async (req, res) => {
  console.log('header', req.headers.authorization);
  res.end();
});

app.listen(3000, '127.0.0.1');
