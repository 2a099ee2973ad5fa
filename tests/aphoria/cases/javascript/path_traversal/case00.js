// expect: path/traversal = true
const express = require('express');
const path = require('path');
const app = express();

app.get('/x/:id', async (req, res) => {
  res.sendFile(path.join(__dirname, 'files', req.params.id));
});

app.listen(3000, '127.0.0.1');
