// expect: nothing
const express = require('express');
const libxml = require('libxmljs2');
const app = express();

app.get('/x/:id', async (req, res) => {
  const doc = libxml.parseXml(req.query.xml);
  res.end();
});

app.listen(3000, '127.0.0.1');
