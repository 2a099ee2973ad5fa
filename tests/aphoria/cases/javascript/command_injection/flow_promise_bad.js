// expect: injection/command = true
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.get('/x', (req, res) => {
  Promise.resolve(req.query.name)
    .then((name) => name.trim())
    .then((name) => exec('run ' + name));
});
