// expect: nothing
const express = require('express');
const cp = require('node:child_process');
const app = express();

app.get('/x/:id', async (req, res) => {
  cp.execFileSync('git', ['log', '--', req.params.id]);
  res.end();
});

app.listen(3000, '127.0.0.1');
