// expect: injection/command = true
const express = require('express');
const { exec } = require('child_process');
const fs = require('fs');

const app = express();
app.post('/x', (req, res) => {
  const job = { ...req.body, size: 10 };
  exec('convert ' + job.file);
});
