// expect: nothing
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.post('/x', (req, res) => {
  const job = { ...req.body, file: 'a.png' };
  exec('convert ' + job.file);
});
