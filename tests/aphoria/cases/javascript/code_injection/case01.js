// expect: nothing
const express = require('express');

const app = express();

app.get('/x/:id', async (req, res) => {
  res.json(JSON.parse(req.query.filter));
});

app.listen(3000, '127.0.0.1');
