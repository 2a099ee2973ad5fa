// expect: injection/xpath = true
const express = require('express');
const xpath = require('xpath');
const doc = load();
const app = express();

app.get('/x/:id', async (req, res) => {
  res.json(xpath.select(`//a[@id='${req.params.id}']`, doc).length);
});

app.listen(3000, '127.0.0.1');
