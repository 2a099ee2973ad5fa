// expect: nothing
const express = require('express');
const path = require('path');
const app = express();

app.get('/x/:id', async (req, res) => {
  res.sendFile(req.params.id, { root: path.join(__dirname, 'files') });
});

app.listen(3000, '127.0.0.1');
