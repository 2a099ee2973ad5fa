// expect: xss/unescaped_output = true
const express = require('express');

const app = express();

app.get('/x/:id', async (req, res) => {
  res.send(`<h1>${req.query.title}</h1>`);
});

app.listen(3000, '127.0.0.1');
