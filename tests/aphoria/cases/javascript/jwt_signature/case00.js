// expect: jwt/signature/verified = false
const express = require('express');
const jwt = require('jsonwebtoken');
const app = express();

app.get('/x/:id', async (req, res) => {
  res.json(jwt.decode(req.headers.authorization));
});

app.listen(3000, '127.0.0.1');
