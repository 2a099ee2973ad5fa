// expect: path/traversal = true
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.get('/x', (req, res) => {
  const parts = req.query.p.split('/');
  const name = parts.reduce((all, each) => all + '-' + each, '');
  fs.readFile('/srv/' + name, () => res.end());
});
