// expect: nothing
const express = require('express');
const xpath = require('xpath');
const doc = load();
const app = express();

app.get('/x/:id', async (req, res) => {
  res.json(xpath.select(`//a[@id='${parseInt(req.params.id, 10)}']`, doc).length);
});

app.listen(3000, '127.0.0.1');
