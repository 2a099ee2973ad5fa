// expect: nothing
const express = require('express');

const app = express();

app.get('/x/:id', async (req, res) => {
  res.json({ title: req.query.title });
});

app.listen(3000, '127.0.0.1');
