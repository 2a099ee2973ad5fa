// expect: nothing
const express = require('express');
const jwt = require('jsonwebtoken');
const app = express();

app.get('/x/:id', async (req, res) => {
  res.json(jwt.verify(req.cookies.t, process.env.KEY, { algorithms: ['HS256'] }).id);
});

app.listen(3000, '127.0.0.1');
