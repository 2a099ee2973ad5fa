// expect: injection/command = true
const express = require('express');
const cp = require('node:child_process');
const app = express();

app.get('/x/:id', async (req, res) => {
  cp.execSync('git log ' + req.params.id);
  res.end();
});

app.listen(3000, '127.0.0.1');
